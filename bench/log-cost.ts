import { systemClock } from '@/server/clock/clock';
import { JobHold } from '@/server/jobs/job-store';
import { LogWriter } from '@/server/jobs/log-writer';
import { Redactor } from '@/server/jobs/redactor';

import { createTestConsole } from '../test/support/test-console';
import { type Figure, median } from './figure';

const longLog = 100_000;
const block = 100;
const runs = 21;

/** What a line costs the console, from being said to being stored: the first hundred of a log, and a hundred behind 100,000. */
export async function benchLogCost(): Promise<Figure[]> {
  const console_ = await createTestConsole({ clock: systemClock });
  try {
    const team = await console_.seedTeam();
    const job = await console_.runtime.database.prisma.job.create({
      data: { teamId: team.id, kind: 'bench', subject: 'bench', payload: {}, createdByName: 'bench' },
      select: { id: true },
    });
    const begun = await JobHold.begin(console_.runtime, job.id, new AbortController().signal);
    if (!begun) throw new Error('the job has ended');
    const writer = new LogWriter({
      clock: systemClock,
      redactor: new Redactor(),
      lastSeq: 0,
      store: (lines) => begun.hold.appendLines(lines),
      onFailure: (error) => {
        throw error;
      },
    });
    const log = writer.forStep(0);
    let seq = 0;
    const say = async (lines: number): Promise<number> => {
      const start = performance.now();
      for (let index = 0; index < lines; index += 1) log.line('stdout', `line ${(seq += 1)} ${'x'.repeat(60)}`);
      await writer.flush();
      return ((performance.now() - start) * 1000) / lines;
    };
    const sample = async (): Promise<number> => {
      const values: number[] = [];
      for (let run = 0; run < runs; run += 1) values.push(await say(block));
      return median(values);
    };
    await say(block * 10);
    const atFirst = await sample();
    await say(longLog - seq);
    const behind = await sample();
    return [
      { name: 'log.line.first', value: atFirst, unit: 'µs' },
      { name: 'log.line.behind100000', value: behind, unit: 'µs' },
    ];
  } finally {
    await console_.close();
  }
}
