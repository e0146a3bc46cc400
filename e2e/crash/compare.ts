import { expect } from 'vitest';

import type { Snapshot } from '../lab/snapshot';
import type { Facts, JobFacts } from './protocol';

/** What a step says when it was disturbed, and nobody else. */
const aboutDisturbances =
  /^The console was stopped during this step|^The database was away|The step waits, and goes on when the host answers/;

/** Numbers, ids and durations differ from run to run. */
const withoutNumbers = (text: string): string =>
  text.replaceAll(/\b[0-9a-f]{8,}\b/gi, '#').replaceAll(/\d+([.,]\d+)*/g, '#');

const saidBy = ({ texts }: JobFacts): string[] => [
  ...new Set(texts.filter((text) => !aboutDisturbances.test(text)).map(withoutNumbers)),
];

const withoutIds = (things: readonly string[]): string[] => things.map((thing) => thing.split(' ')[0] ?? '');

/** What must be the same after any disturbance. */
export function expectSameEnd(disturbed: Facts, plain: Facts): void {
  const shape = ({ jobs, machines, certificates, secrets, audit, ledger }: Facts) => ({
    jobs: jobs.map(({ kind, state, error, steps }) => ({
      kind,
      state,
      error,
      steps: steps.map((step) => `${step.name} ${step.state}`),
    })),
    machines,
    certificates,
    secrets,
    audit,
    ledger: withoutIds(ledger),
  });
  expect(shape(disturbed)).toEqual(shape(plain));
  expect(disturbed.ledger).toEqual(disturbed.inventory);
  for (const job of disturbed.jobs) {
    expect(job.seqs).toEqual(Array.from(job.seqs, (_, place) => place + 1));
  }
}

/** Besides: whatever was said without a disturbance was said with it, where a step always says the same. */
export function expectSameTalk(disturbed: Facts, plain: Facts): void {
  for (const [index, job] of plain.jobs.entries()) {
    const other = disturbed.jobs[index];
    expect(other && saidBy(other)).toEqual(saidBy(job));
  }
}

// Keys, certificates and fingerprints are others on each machine, and so is its address; the package manager keeps the
// times of what it did.
const particular =
  /^\/etc\/quaymaster\/|^\/var\/lib\/quaymaster\/|haproxy|\/hostname$|^\/etc\/(ssh\/|hosts$|network\/interfaces\.d\/|machine-id$|ld\.so\.cache$|\.pwd\.lock$|resolv\.conf$)|^\/etc\/(group|gshadow|passwd|shadow|subuid|subgid)-?$|^\/etc\/docker\/key\.json$/;

/** Of a host: which files are there, whose they are, and what stands in them where that does not depend on the machine. */
export const comparable = (snapshot: Snapshot): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(snapshot).map(([path, entry]) => [
      path,
      entry.type === 'file' && particular.test(path) ? { ...entry, sha256: 'its own' } : entry,
    ]),
  );
