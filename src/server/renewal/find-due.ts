import 'server-only';
import { listDrivers } from '@/server/drivers/registry';
import { machineRenewCertificate } from '@/server/jobs/kinds/machine-renew-certificate';
import { isWorn } from '@/server/operations/pki/engine-certificate';
import type { Runtime } from '@/server/runtime';

/** A machine whose engine should get another certificate, and why, for the log. */
export interface DueMachine {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly why: 'worn' | 'unfinished' | 'retired-ca';
}

/** After a renewal that failed the next one waits this long. */
const pauseMs = 60 * 60_000;

const signedInTo = (): string[] =>
  listDrivers()
    .filter(({ driver }) => driver.provisioning === 'ssh')
    .map(({ id }) => id);

const findMachines = (runtime: Runtime, now: Date) =>
  runtime.database.prisma.machine.findMany({
    where: {
      state: { in: ['running', 'degraded'] },
      driver: { in: signedInTo() },
      certificates: { some: { kind: 'engine', status: 'active' } },
      jobs: {
        none: {
          OR: [
            { state: { in: ['queued', 'running', 'waiting', 'cancelling'] } },
            {
              kind: machineRenewCertificate.id,
              state: { in: ['failed', 'cancelled'] },
              finishedAt: { gt: new Date(now.getTime() - pauseMs) },
            },
          ],
        },
      },
    },
    orderBy: { id: 'asc' },
    select: {
      id: true,
      teamId: true,
      name: true,
      address: true,
      extraSans: true,
      certificates: {
        where: { kind: 'engine', status: 'active' },
        orderBy: { createdAt: 'desc' },
        select: { notBefore: true, notAfter: true, sans: true, authority: { select: { retiredAt: true } } },
      },
    },
  });

type Candidate = Awaited<ReturnType<typeof findMachines>>[number];

const whyDue = ({ name, address, extraSans, certificates }: Candidate, now: Date): DueMachine['why'] | null => {
  const [newest] = certificates;
  if (!newest) return null;
  const names = [address, name, ...extraSans].filter((item): item is string => Boolean(item));
  if (isWorn(newest, { names, now })) return 'worn';
  if (newest.authority.retiredAt) return 'retired-ca';
  // The host was not seen serving the newest one: a renewal that did not end.
  return certificates.length > 1 ? 'unfinished' : null;
};

/**
 * The machines whose engines need another certificate: two thirds of its life are over, the machine has another address or
 * name, its CA is retired, or a renewal did not end. Machines that a job works on are left out, and for an hour those whose
 * renewal failed; so are drivers whose hosts nobody signs in to.
 */
export async function findDue(runtime: Runtime): Promise<DueMachine[]> {
  const now = runtime.clock.now();
  const machines = await findMachines(runtime, now);
  return machines.flatMap((machine) => {
    const why = whyDue(machine, now);
    const { id, teamId, name } = machine;
    return why === null ? [] : [{ id, teamId, name, why }];
  });
}
