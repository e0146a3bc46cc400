import 'server-only';
import { hkdfSync, randomBytes } from 'node:crypto';

import { SettingsError } from '@/env';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import { AppError } from '@/server/errors/app-error';

import { seal, unseal } from './seal';

/** What a secret is for; bound into its seal. */
export type SecretPurpose =
  | 'ssh-key'
  | 'authority-key'
  | 'certificate-key'
  | 'driver-options'
  | 'credential'
  | 'sudo-password';

export interface SecretRef {
  readonly id: string;
  readonly teamId: string;
  readonly purpose: SecretPurpose;
}

const contextOf = (ref: SecretRef) => `secret:${ref.teamId}:${ref.purpose}:${ref.id}`;

/** Seals and opens the secrets of the teams. The data key lives in memory only; the database holds it sealed. */
export class SecretStore {
  readonly #dataKey: Buffer;

  private constructor(dataKey: Buffer) {
    this.#dataKey = dataKey;
  }

  /** Opens the installation's data key with the master key, or makes it at the first start. Throws SettingsError for a wrong master key. */
  static async open(prisma: PrismaClient, masterKey: Buffer): Promise<SecretStore> {
    const rows = await prisma.dataKey.findMany({ orderBy: { createdAt: 'asc' }, take: 1 });
    let row = rows[0];
    if (!row) {
      const id = 'current';
      const sealed = new Uint8Array(seal(masterKey, randomBytes(32), `data-key:${id}`));
      // Two replicas may start an empty installation at once: the first insert wins, both read it back.
      await prisma.dataKey.createMany({ data: [{ id, sealed }], skipDuplicates: true });
      row = await prisma.dataKey.findUniqueOrThrow({ where: { id } });
    }
    try {
      return new SecretStore(unseal(masterKey, row.sealed, `data-key:${row.id}`));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new SettingsError(
        'The master key is not the one that this database was set up with. Set QUAYMASTER_MASTER_KEY (or restore master.key in the data folder) to the original.',
      );
    }
  }

  /** Stores a sealed value and returns its id. */
  async put(tx: Transaction, input: { teamId: string; purpose: SecretPurpose; value: string }): Promise<string> {
    const id = randomBytes(16).toString('hex');
    const sealed = seal(this.#dataKey, Buffer.from(input.value), contextOf({ id, ...input }));
    await tx.secret.create({
      data: { id, teamId: input.teamId, purpose: input.purpose, sealed: new Uint8Array(sealed) },
      select: { id: true },
    });
    return id;
  }

  /** Opens a secret of this team and purpose. Throws secrets.unreadable when it is missing or sealed for something else. */
  async open(db: Transaction | PrismaClient, ref: SecretRef): Promise<string> {
    const row = await db.secret.findFirst({ where: { id: ref.id, teamId: ref.teamId }, select: { sealed: true } });
    if (!row) {
      throw new AppError({
        code: 'secrets.unreadable',
        public: 'A stored secret is missing. Enter it again.',
        internal: contextOf(ref),
      });
    }
    return unseal(this.#dataKey, row.sealed, contextOf(ref)).toString();
  }

  async remove(tx: Transaction, ref: Pick<SecretRef, 'id' | 'teamId'>): Promise<void> {
    await tx.secret.deleteMany({ where: { id: ref.id, teamId: ref.teamId } });
  }

  /** A key for another purpose of this installation (session tokens), derived by HKDF-SHA256 (RFC 5869). */
  derive(purpose: string): string {
    return Buffer.from(hkdfSync('sha256', this.#dataKey, '', purpose, 32)).toString('base64url');
  }
}
