import type { StepState } from '@/lib/job';

import type { JobKind, Step } from './job-kind';

/** A job as far as it came. */
export interface BegunJob {
  readonly attempt: number;
  readonly steps: readonly { readonly name: string; readonly state: StepState; readonly startedAt: Date | null }[];
}

/** A retry that never began has wiped the times of the step that it would have gone on with; that one counts as begun. */
const begunNames = ({ attempt, steps }: BegunJob): ReadonlySet<string> => {
  const next = attempt > 1 ? steps.find(({ state }) => state !== 'succeeded') : undefined;
  const begun = steps.filter(
    (step) => step.state !== 'undone' && (step.startedAt !== null || step.state === 'succeeded' || step === next),
  );
  return new Set(begun.map(({ name }) => name));
};

/** The steps of these names that can be taken back, in the order of the names. */
export const undoneSteps = (kind: JobKind, payload: unknown, names: readonly string[]): Step<unknown, object>[] => {
  const steps = new Map(kind.steps(payload).map((step) => [step.name, step]));
  return names.flatMap((name) => {
    const step = steps.get(name);
    return step?.undo ? [step] : [];
  });
};

/** What a roll-back takes back: names of the steps that were begun and have an undo, last first. Pure. */
export const undoPlan = (kind: JobKind, payload: unknown, job: BegunJob): string[] => {
  const begun = begunNames(job);
  return kind
    .steps(payload)
    .filter(({ name, undo }) => undo !== undefined && begun.has(name))
    .map(({ name }) => name)
    .toReversed();
};
