import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { RequestContext } from '@/server/operations/team-context';

import { createFirstAccount } from './create-first-account';
import { describeSetup } from './describe-setup';
import { isSetupTokenValid } from './setup-state';

export interface SetupInput {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly teamName: string;
  readonly teamSlug: string;
}

const linkInvalid = () =>
  new AppError({
    code: 'auth.link-invalid',
    public:
      'This set-up link was used, is older than 24 hours, or was replaced. Restart the console: it prints a new one.',
  });

/** Makes the first account and its team by the link that the start printed; the link is used up. Throws auth.link-invalid. */
export async function completeSetup(
  { runtime, address, requestId }: RequestContext,
  { token, name, email, password, teamName, teamSlug }: SetupInput,
): Promise<{ team: string }> {
  // Before the slow work, so that a wrong link costs nobody a password hash.
  if ((await describeSetup({ runtime }, { token })) !== 'ready') throw linkInvalid();
  const team = await createFirstAccount(runtime, {
    name,
    email,
    password,
    team: { name: teamName, slug: teamSlug },
    address,
    requestId,
    check: async (tx) => {
      if (!(await isSetupTokenValid(tx, { token, now: runtime.clock.now() }))) throw linkInvalid();
    },
  });
  if (!team) throw linkInvalid();
  return { team: team.slug };
}
