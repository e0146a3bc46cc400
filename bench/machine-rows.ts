import { machineStates } from '@/lib/machine';
import type { Database } from '@/server/db/database';

const seededAtOnce = 500;
const versions = ['28.5.2', '29.0.1', '29.1.0'];
const places = ['fsn', 'hel', 'nbg', 'ash'];

const at = <T>(values: readonly T[], index: number): T | undefined => values[index % values.length];

const healthOf = (isDown: boolean, name: string) => {
  const ok = { state: 'ok', reason: null };
  const unknown = { state: 'unknown', reason: null };
  if (!isDown) return { provider: ok, network: ok, ssh: ok, tls: ok, engine: ok };
  const reason = `${name}:22 did not answer within 2 seconds. The machine is off, the address is wrong, or a firewall drops the packets.`;
  return { provider: unknown, network: { state: 'failed', reason }, ssh: unknown, tls: unknown, engine: unknown };
};

const rowOf = (owner: RowOwner, index: number) => {
  const name = `${at(places, index)}-worker-${String(index + 1).padStart(5, '0')}`;
  const isDown = index % 40 === 7;
  const state = isDown ? 'unreachable' : index % 97 === 5 ? (at(machineStates, index) ?? 'running') : 'running';
  return {
    teamId: owner.teamId,
    ownerId: owner.userId,
    name,
    driver: index % 3 === 0 ? 'fake' : 'generic',
    options: { address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` },
    engineSettings: {},
    address: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    enforcement: 'gate' as const,
    state,
    problem: isDown ? 'unreachable' : null,
    health: healthOf(isDown, name),
    facts: {
      osName: 'Debian GNU/Linux 13',
      engineVersion: at(versions, index),
      cpus: 4,
      containersRunning: index % 40,
    },
    labels: { env: index % 5 === 0 ? 'staging' : 'prod', place: at(places, index) ?? '' },
    changedAt: new Date(Date.UTC(2026, 9, 1) + index * 60_000),
  };
};

interface RowOwner {
  readonly teamId: string;
  readonly userId: string;
}

/** Rows of so many machines as a large team has them: a few states, two labels each, some of them down. Nobody is behind them. */
export async function seedMachineRows({ prisma }: Database, owner: RowOwner, count: number): Promise<void> {
  for (let from = 0; from < count; from += seededAtOnce) {
    const length = Math.min(seededAtOnce, count - from);
    await prisma.machine.createMany({ data: Array.from({ length }, (_, index) => rowOf(owner, from + index)) });
  }
  // As after some time in use, when the database has counted its rows by itself.
  await prisma.$executeRaw`analyze "Machine"`;
}
