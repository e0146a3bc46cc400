import 'server-only';
import { z } from 'zod';

import { hashOneTimeToken } from '@/server/auth/one-time-token';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';

const settingKey = 'setup-link';

const storedLink = z.object({ tokenHash: z.string(), expiresAt: z.iso.datetime() });

type Db = Transaction | PrismaClient;

/** True until the first person has an account. */
export const isSetupOpen = async (db: Db): Promise<boolean> => (await db.user.count()) === 0;

/** One set-up at a time, over all replicas, until the transaction ends. */
export const lockSetup = (tx: Transaction) =>
  tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('setup', 0))`;

/** Keeps a new token as the only valid one. */
export async function storeSetupToken(db: Db, { token, expiresAt }: { token: string; expiresAt: Date }): Promise<void> {
  const value = { tokenHash: hashOneTimeToken(token), expiresAt: expiresAt.toISOString() };
  await db.setting.upsert({
    where: { key: settingKey },
    create: { key: settingKey, value },
    update: { value },
    select: { key: true },
  });
}

/** True for the latest link's token within its time. */
export async function isSetupTokenValid(db: Db, { token, now }: { token: string; now: Date }): Promise<boolean> {
  const row = await db.setting.findUnique({ where: { key: settingKey }, select: { value: true } });
  const link = storedLink.safeParse(row?.value);
  return (
    link.success && link.data.tokenHash === hashOneTimeToken(token) && now.getTime() < Date.parse(link.data.expiresAt)
  );
}

export const removeSetupToken = (db: Db) => db.setting.deleteMany({ where: { key: settingKey } });
