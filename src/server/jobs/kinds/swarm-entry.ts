import type { SwarmChoice } from '@/lib/swarm';
import { AppError } from '@/server/errors/app-error';
import type { SwarmStanding } from '@/server/provision/swarm/swarm-client';

import { machineOf, type MachineStepContext } from './machine-steps';

/** What a job notes before it has the engine enter a swarm, which the engine was outside of until then. */
export interface SwarmEntry {
  /** As a node, once it is one. */
  readonly nodeId: string | null;
  /** By which it joins, with their ports; none where it starts a swarm. */
  readonly managers: readonly string[];
}

interface Checkpoint {
  /** Live-restore was turned off. */
  swarmPrepared?: boolean;
  /** Null where the engine has refused. */
  swarmEntry?: SwarmEntry | null;
}

export const noted = (ctx: MachineStepContext): Readonly<Checkpoint> => ctx.state;
export const take = (ctx: MachineStepContext, patch: Checkpoint): Promise<void> => ctx.checkpoint(patch);

export const isIn = ({ state }: SwarmStanding): boolean => state !== 'inactive';
export const isLocked = ({ state }: SwarmStanding): boolean => state === 'locked';

/**
 * Whether the swarm that the engine is in is the one of this entry. `clusterId`: of the swarm that was asked for; null where the
 * job starts one. A locked swarm cannot be told from another. Pure.
 */
export const isOf = ({ nodeId, managers }: SwarmEntry, standing: SwarmStanding, clusterId: string | null): boolean => {
  if (isLocked(standing)) return false;
  if (nodeId !== null && standing.nodeId !== '') return nodeId === standing.nodeId;
  // It was outside right before it was asked to start one.
  if (managers.length === 0) return true;
  if (standing.clusterId !== null) return standing.clusterId === clusterId;
  // An engine that still waits for the managers' answer tells of none.
  return standing.managers.length === 0 || standing.managers.some(({ address }) => managers.includes(address));
};

/** Whether this job has brought the engine into the swarm that it is in. */
export async function isOurs(ctx: MachineStepContext, choice: SwarmChoice, standing: SwarmStanding): Promise<boolean> {
  const { swarmEntry } = noted(ctx);
  if (!swarmEntry) return false;
  if (choice.kind === 'init') return isOf(swarmEntry, standing, null);
  const swarm = await ctx.runtime.database.prisma.swarm.findFirst({
    where: { id: choice.swarmId, teamId: ctx.job.teamId },
    select: { clusterId: true },
  });
  return isOf(swarmEntry, standing, swarm?.clusterId ?? null);
}

const refuse = (sentence: string) => new AppError({ code: 'swarm.refused', public: sentence });

export const lockedSwarm = (name: string): AppError =>
  refuse(
    `The engine of ${name} is in a swarm that is locked. On the host, unlock it (docker swarm unlock) or let it leave (docker swarm leave --force), and try again.`,
  );

/**
 * Out: whether the engine is in the swarm already, by an earlier try of this job. Throws swarm.refused where it is in one that
 * this job has not brought it into.
 */
export async function hasEntered(
  ctx: MachineStepContext,
  choice: SwarmChoice,
  standing: SwarmStanding,
): Promise<boolean> {
  if (!isIn(standing)) return false;
  const { row } = await machineOf(ctx);
  if (isLocked(standing)) throw lockedSwarm(row.name);
  if (await isOurs(ctx, choice, standing)) return true;
  throw refuse(
    `The engine of ${row.name} is in a swarm already, which this job has not brought it into. To keep that swarm, take it in with Look for swarms on the Swarms page; to have this one, let it leave on the host (docker swarm leave) and try again.`,
  );
}
