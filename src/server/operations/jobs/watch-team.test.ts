import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TeamEvent } from '@/lib/job-view';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { seedJob, seedLines } from './jobs.test-support';
import { watchTeam } from './watch-team';

let console_: TestConsole;
let member: TestMember;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

const open = async () => {
  member = await console_.seedMember(await console_.seedTeam());
  const gone = new AbortController();
  const events = watchTeam(member.context, { signal: gone.signal });
  return { events, gone };
};

const ids = (event: TeamEvent | void) => event?.running.map(({ id }) => id);

/** Lets the stream's own rest pass whenever it takes one, until it speaks. */
const speak = async (events: AsyncGenerator<TeamEvent, void, void>): Promise<TeamEvent | void> => {
  let isOver = false;
  const pending = events.next().finally(() => (isOver = true));
  while (!isOver) {
    console_.clock.advance(1000);
    await console_.runtime.database.prisma.job.count();
  }
  return (await pending).value;
};

describe('watchTeam', () => {
  it('begins with what runs', async () => {
    const { events } = await open();
    const job = await seedJob(console_, member, { state: 'running' });
    const { value } = await events.next();
    expect(ids(value)).toEqual([job.id]);
    expect(value).toMatchObject({ hasChanges: true });
    await events.return();
  });

  it('tells of a new job and of a change in the lists', async () => {
    const { events } = await open();
    await events.next();
    const job = await seedJob(console_, member);
    await console_.runtime.bus.publish(`team:${member.team.id}`);
    const event = await speak(events);
    expect(ids(event)).toEqual([job.id]);
    expect(event?.hasChanges).toBe(true);
    await events.return();
  });

  it('tells of a new last line without claiming that a list has changed', async () => {
    const { events } = await open();
    const job = await seedJob(console_, member, { state: 'running' });
    await events.next();
    await seedLines(console_, job, [{ text: 'Unpacking docker.io' }]);
    const event = await speak(events);
    expect(event).toMatchObject({ hasChanges: false, running: [{ lastLine: 'Unpacking docker.io' }] });
    await events.return();
  });

  it("is silent about other teams' jobs", async () => {
    const { events, gone } = await open();
    const other = await console_.seedMember(await console_.seedTeam());
    await seedJob(console_, other, { state: 'running' });
    const { value } = await events.next();
    expect(ids(value)).toEqual([]);
    gone.abort();
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });
});
