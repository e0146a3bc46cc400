import { describe, expect, it } from 'vitest';

import { FakeClock } from '../../../test/support/fake-clock';
import { LogWriter, type NewLogLine } from './log-writer';
import { Redactor } from './redactor';

const open = (store: (lines: readonly NewLogLine[]) => Promise<void>) => {
  const failures: unknown[] = [];
  const writer = new LogWriter({
    clock: new FakeClock(),
    redactor: new Redactor(),
    lastSeq: 7,
    store,
    onFailure: (error) => failures.push(error),
  });
  return { writer, failures, log: writer.forStep(0) };
};

const mebibyte = 1024 * 1024;
const line = 'x'.repeat(8192);
const linesOf = (bytes: number) => Math.ceil(bytes / line.length);

describe('LogWriter', () => {
  it('stores whatever is said, however much, while the database keeps up', async () => {
    const stored: number[] = [];
    const { writer, failures, log } = open((lines) =>
      Promise.resolve(void stored.push(...lines.map(({ seq }) => seq))),
    );
    for (let round = 0; round < 5; round += 1) {
      for (let count = 0; count < linesOf(10 * mebibyte); count += 1) log.line('stdout', line);
      await writer.flush();
    }
    expect(failures).toEqual([]);
    expect(stored).toEqual(Array.from({ length: 5 * linesOf(10 * mebibyte) }, (_, index) => 8 + index));
  });

  it('gives the run up where the log grows and nothing can be stored, instead of taking all memory', async () => {
    let isBack: () => void = () => undefined;
    const stored: number[] = [];
    const away = new Promise<void>((resolve) => (isBack = resolve));
    const { writer, failures, log } = open(async (lines) => {
      await away;
      stored.push(...lines.map(({ seq }) => seq));
    });
    for (let count = 0; count < linesOf(40 * mebibyte); count += 1) log.line('stdout', line);
    expect(failures).toEqual([new Error('the log grows and cannot be stored')]);
    isBack();
    await expect(writer.flush()).rejects.toThrow('the log grows and cannot be stored');
    // What was on its way has its numbers; nothing after it has.
    expect(stored).toEqual(stored.map((_, index) => 8 + index));
  });
});
