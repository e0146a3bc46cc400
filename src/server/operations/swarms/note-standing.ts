import 'server-only';
import { consoleActor } from '@/server/audit/actor';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { SwarmStanding } from '@/server/provision/swarm/swarm-client';
import type { Runtime } from '@/server/runtime';

interface Ref {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
}

interface Note {
  readonly machine: Ref;
  readonly standing: SwarmStanding;
  /** For a swarm that the console has just made. */
  readonly name?: string | undefined;
}

const freeName = async (tx: Transaction, teamId: string, wanted: string): Promise<string> => {
  const taken = new Set(
    (await tx.swarm.findMany({ where: { teamId, name: { startsWith: wanted } }, select: { name: true } })).map(
      ({ name }) => name,
    ),
  );
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number += 1) if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
};

const findSwarm = async (tx: Transaction, { machine, standing, name }: Note): Promise<string | null> => {
  const { teamId } = machine;
  if (standing.clusterId === null) {
    // Workers do not know which swarm it is; its managers are known by their ids as nodes.
    const nodeIds = standing.managers.map(({ nodeId }) => nodeId);
    const manager = await tx.machine.findFirst({
      where: { teamId, swarmNodeId: { in: nodeIds }, swarmId: { not: null } },
      select: { swarmId: true },
    });
    return manager?.swarmId ?? null;
  }
  const place = { teamId, clusterId: standing.clusterId };
  const known = await tx.swarm.findUnique({ where: { teamId_clusterId: place }, select: { id: true } });
  if (known) return known.id;
  const made = await tx.swarm.create({
    data: { ...place, name: await freeName(tx, teamId, name ?? machine.name) },
    select: { id: true },
  });
  return made.id;
};

/**
 * Stores which swarm a machine is in, as its engine says; a swarm that the console did not know gets a row, one without
 * machines loses its own. Audited where something is new. Out: the id of the swarm; null where the machine is in none.
 */
export async function noteStanding(runtime: Runtime, note: Note): Promise<string | null> {
  const { machine, standing } = note;
  const { id, teamId, name } = machine;
  const isIn = standing.state === 'active' && standing.nodeId !== '';
  const swarmId = await runtime.database.prisma.$transaction(async (tx) => {
    const before = await tx.machine.findFirst({
      where: { id, teamId },
      select: { swarmId: true, swarmNodeId: true, swarmRole: true },
    });
    if (!before) return null;
    const swarm = isIn ? await findSwarm(tx, note) : null;
    const after = {
      swarmId: swarm,
      swarmNodeId: isIn ? standing.nodeId : null,
      swarmRole: isIn ? (standing.isManager ? 'manager' : 'worker') : null,
    } as const;
    if (after.swarmId === before.swarmId && after.swarmNodeId === before.swarmNodeId) {
      if (after.swarmRole !== before.swarmRole) await tx.machine.updateMany({ where: { id, teamId }, data: after });
      return swarm;
    }
    await tx.machine.updateMany({ where: { id, teamId }, data: after });
    await tx.swarm.deleteMany({ where: { teamId, machines: { none: {} } } });
    await recordAudit(tx, consoleActor(teamId), {
      action: isIn ? 'swarm.joined' : 'swarm.left',
      target: { type: 'machine', id, name },
      before: { swarmId: before.swarmId, role: before.swarmRole },
      after: { swarmId: after.swarmId, role: after.swarmRole },
    });
    return swarm;
  });
  await runtime.bus.publish(`team:${teamId}`);
  return swarmId;
}
