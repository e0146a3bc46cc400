import 'server-only';
import { labelOfDriver } from '@/server/drivers/registry';
import { findUsers } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { credentialSelect, type CredentialRow, openSecrets } from './credential-row';
import { type CredentialValues, secretPaths } from './credential-secrets';

/** A credential without its secrets. */
export interface ListedCredential {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly driverLabel: string;
  readonly values: CredentialValues;
  /** Paths of the secrets that are kept: "identity.secretAccessKey". */
  readonly secrets: readonly string[];
  /** Who the provider said it is, at the last check that went well. */
  readonly identity: Readonly<Record<string, string>> | null;
  /** Why the last check failed, in a sentence. */
  readonly failure: string | null;
  readonly checkedAt: Date | null;
  readonly changedAt: Date;
  /** Names of the machines that need it. */
  readonly machines: readonly string[];
}

const shown = (row: CredentialRow, secrets: CredentialValues, machines: readonly string[]): ListedCredential => ({
  id: row.id,
  name: row.name,
  driver: row.driver,
  driverLabel: labelOfDriver(row.driver),
  values: row.settings as CredentialValues,
  secrets: secretPaths(secrets),
  identity: row.identity as Readonly<Record<string, string>> | null,
  failure: row.failure,
  checkedAt: row.checkedAt,
  changedAt: row.changedAt,
  machines,
});

/** The team's credentials by name; with `driver` only those of one driver. */
export async function listCredentials(
  { runtime, actor, db }: TeamContext,
  { driver }: { driver?: string | undefined },
): Promise<readonly ListedCredential[]> {
  const [rows, users] = await Promise.all([
    db.credential.findMany({
      where: driver === undefined ? {} : { driver },
      orderBy: { name: 'asc' },
      select: credentialSelect,
    }),
    findUsers(db, actor.teamId, 'credential'),
  ]);
  return Promise.all(rows.map(async (row) => shown(row, await openSecrets(runtime, row), users.get(row.id) ?? [])));
}
