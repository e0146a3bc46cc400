import { findClientError } from '@/trpc/client-error';

import type { SwarmNode } from './node-columns';

/** Whether the swarm ends without the machine, as a manager told of its nodes just now, those outside of the team too. Pure. */
export function isLastManager(nodes: readonly Pick<SwarmNode, 'role' | 'machine'>[], machine: string): boolean {
  const managers = nodes.filter(({ role }) => role === 'manager');
  return managers.length === 1 && managers[0]?.machine?.name === machine;
}

/** Whether the console wants the name of the swarm typed: it has found meanwhile that the swarm ends. Pure. */
export const wantsName = (error: unknown): boolean => findClientError(error)?.fieldErrors?.['confirm'] !== undefined;
