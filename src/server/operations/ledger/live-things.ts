import 'server-only';
import type { NamedThing } from '@/lib/resource';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';

/** Rows of what is, or may be, at a provider and has not been given up. */
export const liveThings = { goneAt: null, forgottenAt: null } satisfies Prisma.ResourceWhereInput;

/** What a machine has, or had, at its provider as far as the console knows, oldest first. */
export const listLiveThings = (
  tx: Transaction,
  machine: { readonly teamId: string; readonly machineId: string },
): Promise<NamedThing[]> =>
  tx.resource.findMany({
    where: { ...machine, ...liveThings },
    orderBy: [{ intendedAt: 'asc' }, { id: 'asc' }],
    select: { kind: true, name: true, providerId: true },
  });

/** As it is stored with a tombstone and in audit events. */
export const thingsAsJson = (things: readonly NamedThing[]): Prisma.InputJsonObject[] =>
  things.map(({ kind, name, providerId }) => ({ kind, name, providerId }));
