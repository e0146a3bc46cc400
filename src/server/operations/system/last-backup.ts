import 'server-only';
import { z } from 'zod';

import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';

const settingKey = 'last-backup';

const schema = z.object({ at: z.iso.datetime(), byName: z.string(), rows: z.int() });

/** When the last backup was begun, and by whom. */
export interface LastBackup {
  readonly at: Date;
  readonly byName: string;
  readonly rows: number;
}

/** The last backup of this installation; null before the first. */
export async function findLastBackup(db: Transaction | PrismaClient): Promise<LastBackup | null> {
  const row = await db.setting.findUnique({ where: { key: settingKey }, select: { value: true } });
  const parsed = schema.safeParse(row?.value);
  return parsed.success ? { ...parsed.data, at: new Date(parsed.data.at) } : null;
}

export async function storeLastBackup(tx: Transaction, { at, byName, rows }: LastBackup): Promise<void> {
  const value = { at: at.toISOString(), byName, rows };
  await tx.setting.upsert({
    where: { key: settingKey },
    create: { key: settingKey, value },
    update: { value },
    select: { key: true },
  });
}
