import 'server-only';
import type { Runtime } from '@/server/runtime';

/**
 * Pushes to the gates that lag behind and that this process looks after: a process without connections to hosts has said
 * that it changed something. Never throws; what is missed here follows with the next look.
 */
export async function pushLagging(runtime: Runtime): Promise<void> {
  try {
    const { prisma } = runtime.database;
    const machines = await prisma.machine.findMany({
      where: {
        enforcement: 'gate',
        state: { notIn: ['creating', 'removing', 'failed'] },
        wantedVersion: { gt: prisma.machine.fields.confirmedVersion },
      },
      select: { id: true },
    });
    runtime.admissions.push(machines.map(({ id }) => id).filter((id) => runtime.replicas.looksAfter(id)));
  } catch (err) {
    runtime.log.warn({ err }, 'which gates lag behind could not be read; the next look brings them up to date');
  }
}
