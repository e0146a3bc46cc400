import type { OptionSchema } from '@/lib/option-schema';
import type { Prisma } from '@/server/db/generated/client';
import { describeOptions } from '@/server/drivers/describe-options';
import type { CredentialDefinition } from '@/server/drivers/driver';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import { type CredentialValues, joinCredential } from './credential-secrets';

export const credentialSelect = {
  id: true,
  teamId: true,
  name: true,
  driver: true,
  settings: true,
  secretId: true,
  identity: true,
  failure: true,
  checkedAt: true,
  changedAt: true,
} satisfies Prisma.CredentialSelect;

export type CredentialRow = Prisma.CredentialGetPayload<{ select: typeof credentialSelect }>;

/** What a driver's credentials are. Throws driver.unknown, driver.unsupported. */
export function credentialOf(driver: string): CredentialDefinition & { readonly described: OptionSchema } {
  const { credential, label } = getDriver(driver);
  if (!credential) {
    throw new AppError({ code: 'driver.unsupported', public: `The driver "${label}" needs no credential.` });
  }
  return { ...credential, described: describeOptions(credential.schema) };
}

/** The sealed values of a credential, opened. Throws secrets.unreadable. */
export const openSecrets = async (
  { database, secrets }: Runtime,
  { teamId, secretId }: Pick<CredentialRow, 'teamId' | 'secretId'>,
): Promise<CredentialValues> =>
  secretId
    ? (JSON.parse(
        await secrets.open(database.prisma, { id: secretId, teamId, purpose: 'credential' }),
      ) as CredentialValues)
    : {};

/** Everything that was entered for a credential, opened and not parsed. Throws secrets.unreadable. */
export const openValues = async (runtime: Runtime, row: Pick<CredentialRow, 'teamId' | 'secretId' | 'settings'>) =>
  joinCredential(row.settings as CredentialValues, await openSecrets(runtime, row));
