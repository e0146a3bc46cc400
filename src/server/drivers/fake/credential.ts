import { AppError } from '@/server/errors/app-error';

import type { CredentialDefinition, LiveChoices } from '../driver';
import { credential } from './options';

const ask = (values: Record<string, unknown>): { account: string; user: string } => {
  const { account, login } = credential.parse(values);
  if (account === 'rejected') {
    throw new AppError({ code: 'credential.rejected', public: 'The simulated provider does not know this user.' });
  }
  if (account === 'down') {
    throw new AppError({ code: 'driver.unreachable', public: 'The simulated provider does not answer.' });
  }
  return { account, user: login.kind === 'password' ? login.user : 'nobody' };
};

export const simulatedCredential: CredentialDefinition = {
  schema: credential,
  check: (_ctx, values) => Promise.resolve().then(() => ask(values)),
};

/** What the simulated provider offers; it depends on who asks. */
export const simulatedChoices: Readonly<Record<string, LiveChoices>> = {
  zone: async (ctx, { credentialId, size }) => {
    const { user } = ask(await ctx.credential(String(credentialId)));
    return ['north', 'south'].map((value, index) => ({
      value,
      label: `Zone ${value}`,
      description: `${size === 'large' ? 'Large' : 'Small'} machines of ${user}`,
      isDefault: index === 0,
    }));
  },
};
