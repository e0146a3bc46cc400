import 'server-only';
import type { Transaction } from '@/server/db/database';
import type { PrismaClient } from '@/server/db/generated/client';
import { allDrivers } from '@/server/drivers/registry';

const widgetNames = new Map(
  allDrivers.map(({ id, driver }) => [
    id as string,
    Object.entries(driver.options.shape)
      .filter(([, schema]) => (schema as { meta(): { widget?: string } | undefined }).meta()?.widget === 'ssh-key')
      .map(([name]) => name),
  ]),
);

/** The names of the team's machines by the id of the SSH key that they are reached with. */
export async function findKeyUsers(db: Transaction | PrismaClient, teamId: string): Promise<Map<string, string[]>> {
  const machines = await db.machine.findMany({
    where: { teamId },
    orderBy: { name: 'asc' },
    select: { name: true, driver: true, options: true },
  });
  const users = new Map<string, string[]>();
  for (const { name, driver, options } of machines) {
    for (const field of widgetNames.get(driver) ?? []) {
      const keyId = (options as Record<string, unknown>)[field];
      if (typeof keyId === 'string') users.set(keyId, [...(users.get(keyId) ?? []), name]);
    }
  }
  return users;
}
