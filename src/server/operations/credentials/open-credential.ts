import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import { credentialOf, openValues } from './credential-row';

export interface CredentialRef {
  readonly teamId: string;
  readonly id: string;
  /** The driver that it has to be for. */
  readonly driver: string;
}

export const credentialNotFound = () =>
  new AppError({ code: 'credential.not-found', public: 'The credential is not there any more. Choose another one.' });

/** The values of one of the team's credentials, secrets opened, parsed by the driver's schema. Never logged. Throws credential.not-found. */
export async function openCredential(
  runtime: Runtime,
  { teamId, id, driver }: CredentialRef,
): Promise<Record<string, unknown>> {
  const row = await runtime.database.prisma.credential.findFirst({
    where: { id, teamId, driver },
    select: { teamId: true, settings: true, secretId: true },
  });
  if (!row) throw credentialNotFound();
  return credentialOf(driver).schema.parse(await openValues(runtime, row));
}
