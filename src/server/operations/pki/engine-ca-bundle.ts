import 'server-only';
import type { Runtime } from '@/server/runtime';

import { ensureAuthority } from './ensure-authority';

/** By what a client knows the team's engines. */
export interface EngineCaBundle {
  /** Certificates of the engine CAs, newest first: two while they are rotated. */
  readonly pem: string;
  /** What a member has who was given this bundle (`Membership.engineCaGeneration`). */
  readonly newestGeneration: number;
}

const find = (runtime: Runtime, teamId: string) =>
  runtime.database.prisma.authority.findMany({
    where: { teamId, kind: 'engine', retiredAt: null },
    orderBy: { generation: 'desc' },
    select: { certificatePem: true, generation: true },
  });

/** The ca.pem of a team: every engine CA that is not retired. Makes the first one where there is none. */
export async function engineCaBundle(runtime: Runtime, teamId: string): Promise<EngineCaBundle> {
  let authorities = await find(runtime, teamId);
  if (authorities.length === 0) {
    await ensureAuthority({ runtime, teamId }, { kind: 'engine' });
    authorities = await find(runtime, teamId);
  }
  return {
    pem: authorities.map(({ certificatePem }) => `${certificatePem.trimEnd()}\n`).join(''),
    newestGeneration: authorities[0]?.generation ?? 0,
  };
}
