import 'server-only';
import { getRuntime, hasRuntime, isStopping } from '@/server/runtime';

export interface Readiness {
  readonly status: 'ready' | 'starting-or-stopping' | 'database-unreachable';
}

/** Asks the database for an answer; never throws. */
export async function readiness(): Promise<Readiness> {
  if (!hasRuntime() || isStopping()) return { status: 'starting-or-stopping' };
  const { database, log } = getRuntime();
  try {
    await database.prisma.$queryRaw`select 1`;
    return { status: 'ready' };
  } catch (err) {
    log.warn({ err }, 'the database does not answer');
    return { status: 'database-unreachable' };
  }
}
