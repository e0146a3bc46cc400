import { createHash } from 'node:crypto';

const weight = (replicaId: string, machineId: string): bigint =>
  createHash('sha256').update(`${replicaId}\0${machineId}`).digest().readBigUInt64BE();

/**
 * Which of the replicas looks after a machine: the one with the greatest weight (rendezvous hashing). When one comes or
 * goes, only its own machines move. Null without any replica. Pure.
 */
export function keeperOf(replicaIds: readonly string[], machineId: string): string | null {
  let keeper: { id: string; weight: bigint } | null = null;
  for (const id of replicaIds) {
    const own = weight(id, machineId);
    if (!keeper || own > keeper.weight || (own === keeper.weight && id > keeper.id)) keeper = { id, weight: own };
  }
  return keeper?.id ?? null;
}
