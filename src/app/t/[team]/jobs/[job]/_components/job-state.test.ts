import { describe, expect, it } from 'vitest';

import type { JobLogLine } from '@/lib/job';
import type { JobEvent, JobView, StepView } from '@/lib/job-view';
import { packLines } from '@/lib/packed-lines';

import { lineAt } from '../_log/log-state';
import { jobPageChanged, openJobPage } from './job-state';

const job: JobView = {
  id: '01a204f4-79bd-719f-869d-34611353ed66',
  kind: 'machine.create',
  subject: 'edge-1',
  machine: null,
  state: 'running',
  error: null,
  createdBy: 'member',
  createdAt: new Date(0),
  startedAt: new Date(0),
  finishedAt: null,
  ahead: null,
  cancelRequestedBy: null,
  rollsBackId: null,
  rolledBackBy: null,
  canRollBack: false,
  canRunAgain: false,
  batch: null,
  waitingFor: null,
  logRemovedAt: null,
};

const step: StepView = {
  index: 0,
  name: 'connect',
  state: 'running',
  isInterruptible: true,
  timeoutMs: 60_000,
  startedAt: new Date(0),
  finishedAt: null,
};

const line = (seq: number): JobLogLine => ({ seq, step: 0, atMs: 0, stream: 'stdout', text: `line ${seq}` });

const opened = openJobPage({ job, steps: [step], log: { lastSeq: 1, segments: [{ step: 0, from: 1, to: 1 }] } });

const events: JobEvent[] = [
  { lastSeq: 2, job, steps: [step], lines: packLines([line(2)]) },
  { lastSeq: 4, lines: packLines([line(3), line(4)]) },
  { lastSeq: 4, job: { ...job, state: 'succeeded' }, steps: [{ ...step, state: 'succeeded' }] },
];

describe('jobPageChanged', () => {
  it('follows job, steps and lines', () => {
    const state = jobPageChanged(opened, { type: 'events', events });
    expect(state.job.state).toBe('succeeded');
    expect(state.steps[0]?.state).toBe('succeeded');
    expect(state.log.outline).toEqual({ lastSeq: 4, segments: [{ step: 0, from: 1, to: 4 }] });
  });

  it('comes to the same whether the messages come at once, one by one or twice', () => {
    const atOnce = jobPageChanged(opened, { type: 'events', events });
    const oneByOne = [...events, ...events].reduce(
      (state, event) => jobPageChanged(state, { type: 'events', events: [event] }),
      opened,
    );
    expect(oneByOne).toEqual(atOnce);
  });

  it('takes in lines that were read back without touching what is live', () => {
    const live = jobPageChanged(opened, { type: 'events', events });
    const state = jobPageChanged(live, { type: 'lines', lines: [line(1), line(2)] });
    expect(lineAt(live.log, 1)).toBeUndefined();
    expect(lineAt(state.log, 1)?.text).toBe('line 1');
    expect(state.log.outline).toBe(live.log.outline);
    expect(state.job).toBe(live.job);
  });
});
