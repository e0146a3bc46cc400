import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { comparable, expectSameEnd, expectSameTalk } from './crash/compare';
import type { Fault, StepCounts } from './crash/faults';
import { Harness, type HarnessOptions, type Outcome } from './crash/harness';
import type { Facts, Plan } from './crash/protocol';
import { type LabHost, labAvailable, prepareLab, startHost } from './lab/lab';
import { startPostgres } from './lab/postgres';
import { poll } from './support/poll';

const survived: string[] = [];
const minutes = 60_000;

const open = async (options: HarnessOptions = {}): Promise<Harness> => {
  const harness = await Harness.open(options);
  onTestFinished(() => harness.close());
  return harness;
};

const middle = (count: number): number => Math.ceil(count / 2);

const note = (what: string, { struck }: Outcome): void => {
  survived.push(`${what}: ${struck.length}`);
};

afterAll(() => {
  process.stdout.write(`Kills made and survived: ${survived.join('; ')}\n`);
});

describe('a creation with the simulated provider', () => {
  const create: Plan['create'] = { input: { driver: 'fake', options: { scenario: 'works' } } };

  it(
    'ends as an undisturbed one, killed before, after and at every line of every step',
    async () => {
      const plain = await (await open()).run({ create, faults: [], mode: 'kill' });
      const faults = Object.entries(plain.facts.counts).flatMap(([step, { lines }]): Fault[] => [
        { step, at: 'before' },
        ...Array.from({ length: lines }, (_, index) => ({ step, at: { line: index + 1 } })),
        { step, at: 'after' },
      ]);
      expect(faults.length).toBeGreaterThan(10);
      const killed = await (await open()).run({ create, faults, mode: 'kill' });
      expect(killed.struck).toHaveLength(faults.length);
      expectSameEnd(killed.facts, plain.facts);
      expectSameTalk(killed.facts, plain.facts);
      note('simulated provider, processes', killed);
    },
    10 * minutes,
  );
});

const lab = await labAvailable();

describe.skipIf(!lab.ok)('a creation on a real host', () => {
  const watched = ['/etc', '/var/lib/quaymaster', '/run/systemd/system'];
  let plain: Outcome;
  let plainHost: Record<string, unknown>;
  let restoredHost: Record<string, unknown>;

  const createOn = (host: LabHost): NonNullable<Plan['create']> => ({
    input: {
      driver: 'generic',
      options: { address: host.address, sshUser: host.user },
      engine: { source: { kind: 'distribution' } },
      enforcement: 'gate',
    },
    privateKey: host.privateKey,
  });

  const newHost = async (): Promise<LabHost> => {
    const host = await startHost({ release: 'bookworm', engine: 'absent' });
    onTestFinished(() => host.stop());
    return host;
  };

  const stateOf = async (host: LabHost) => comparable(await host.snapshot(watched));

  /** Steps of the creation with what each did, in order. */
  const counts = (): [string, StepCounts][] => {
    const job = plain.facts.jobs[0];
    return (job?.steps ?? []).map(({ name }) => [
      name,
      plain.facts.counts[name] ?? { commands: 0, lines: 0, checkpoints: 0 },
    ]);
  };

  const expectSame = async (killed: Facts, host: LabHost): Promise<void> => {
    expectSameEnd(killed, plain.facts);
    expect(await stateOf(host)).toEqual(plainHost);
  };

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    const host = await startHost({ release: 'bookworm', engine: 'absent' });
    const harness = await Harness.open();
    try {
      plain = await harness.run({ create: createOn(host), faults: [], mode: 'kill' });
      plainHost = await stateOf(host);
      await harness.run({ remove: true, faults: [], mode: 'kill' });
      restoredHost = await stateOf(host);
    } finally {
      await harness.close();
      await host.stop();
    }
    const [job] = plain.facts.jobs;
    if (job?.state !== 'succeeded') throw new Error(`the undisturbed creation: ${JSON.stringify(job)}`);
  }, 10 * minutes);

  it(
    'ends as an undisturbed one, its process killed before and after every step',
    async () => {
      const host = await newHost();
      const faults = counts().flatMap(([step]): Fault[] => [
        { step, at: 'before' },
        { step, at: 'after' },
      ]);
      const killed = await (await open()).run({ create: createOn(host), faults, mode: 'kill' });
      expect(killed.struck).toHaveLength(faults.length);
      await expectSame(killed.facts, host);
      note('real host, processes between steps', killed);
    },
    20 * minutes,
  );

  it(
    'ends as an undisturbed one, its process killed inside of every step, and gives the host back as it was',
    async () => {
      const host = await newHost();
      const faults = counts().map(([step, { commands, lines }]): Fault =>
        commands > 0 ? { step, at: { command: middle(commands) } } : { step, at: { line: middle(lines) } },
      );
      const harness = await open();
      const killed = await harness.run({ create: createOn(host), faults, mode: 'kill' });
      expect(killed.struck).toHaveLength(faults.length);
      await expectSame(killed.facts, host);
      await harness.run({ remove: true, faults: [], mode: 'kill' });
      expect(await stateOf(host)).toEqual(restoredHost);
      note('real host, processes inside of steps', killed);
    },
    20 * minutes,
  );

  it(
    'ends as an undisturbed one, PostgreSQL killed and the SSH connection cut in every step',
    async () => {
      const host = await newHost();
      const postgres = await startPostgres();
      onTestFinished(() => postgres.stop());
      const stateOfJob = async (): Promise<string> => {
        const client = new pg.Client({ connectionString: postgres.url });
        client.on('error', () => undefined);
        try {
          await client.connect();
          const { rows } = await client.query<{ state: string }>(`select "state" from "Job"`);
          return rows[0]?.state ?? 'no job';
        } catch (error) {
          // It is being killed and restarted all the time.
          return String(error);
        } finally {
          await client.end().catch(() => undefined);
        }
      };
      const waits = async () => {
        const state = await stateOfJob();
        return state === 'waiting' ? { done: true } : { seen: state };
      };
      const background: Promise<unknown>[] = [];
      const isCut = ({ at }: Fault) => typeof at !== 'string' && 'command' in at && at.command > 1;
      const cutUntilItWaits = async () => {
        await host.blockPort(22, 'reject');
        return async () => {
          try {
            await poll('the wait for the host', waits, { timeoutMs: 60_000 });
          } finally {
            await host.unblockPort(22);
          }
        };
      };
      const onStruck = async (fault: Fault) => {
        if (isCut(fault)) {
          const mend = await cutUntilItWaits();
          background.push(mend());
        } else {
          await postgres.kill();
          background.push(postgres.restart());
        }
      };
      const faults = counts().flatMap(([step, { commands }]): Fault[] => [
        { step, at: commands > 0 ? { command: 1 } : 'before' },
        ...(commands > 1 && step !== 'connect' ? [{ step, at: { command: middle(commands) + 1 } }] : []),
      ]);
      const env = { DATABASE_URL: postgres.url, QUAYMASTER_MASTER_KEY: randomBytes(32).toString('base64') };
      const disturbed = await (await open({ env, onStruck })).run({ create: createOn(host), faults, mode: 'ask' });
      await Promise.all(background);
      expect(disturbed.struck.length).toBeGreaterThan(counts().length);
      await expectSame(disturbed.facts, host);
      note('real host, PostgreSQL and the connection', disturbed);
    },
    20 * minutes,
  );
});
