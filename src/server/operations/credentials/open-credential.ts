import 'server-only';
import { getDriver } from '@/server/drivers/registry';
import { AppError, invariant } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

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
  const { prisma } = runtime.database;
  const row = await prisma.credential.findFirst({ where: { id, teamId, driver } });
  if (!row) throw credentialNotFound();
  const { credential } = getDriver(driver);
  invariant(credential, `driver ${driver} has no credentials`);
  const secret = row.secretId
    ? (JSON.parse(await runtime.secrets.open(prisma, { id: row.secretId, teamId, purpose: 'credential' })) as object)
    : {};
  return credential.schema.parse({ ...(row.settings as object), ...secret });
}
