import type { StepView } from '@/lib/job-view';
import type { JobView } from '@/lib/job-view';
import type { RouterOutputs } from '@/trpc/client';

/** What the buttons that steer a job need to know of it. */
export interface SteeringProps {
  readonly team: string;
  readonly job: JobView;
  readonly steps: readonly StepView[];
  readonly steering: RouterOutputs['jobs']['get']['steering'];
  readonly onRetried: () => void;
  /** Told why a retry was refused. */
  readonly onRefused: (error: unknown) => void;
}

/** The step at which a retry goes on, and how many are before it; null where it begins with the first. Pure. */
export function retryPoint(steps: readonly StepView[]): { readonly step: StepView; readonly done: number } | null {
  const done = steps.filter(({ state }) => state === 'succeeded').length;
  const step = steps.find(({ state }) => state !== 'succeeded');
  return step && done > 0 ? { step, done } : null;
}

/** What a cancel meets: nothing begun, a step that it interrupts, one that it waits for, or a pause between two. Pure. */
export type CancelEffect =
  | { readonly kind: 'queued' }
  | { readonly kind: 'interrupts' | 'waits'; readonly step: StepView }
  | { readonly kind: 'between' };

export function cancelEffect(job: Pick<JobView, 'state'>, steps: readonly StepView[]): CancelEffect {
  if (job.state === 'queued') return { kind: 'queued' };
  const step = steps.find(({ state }) => state === 'running');
  if (!step) return { kind: 'between' };
  return { kind: step.isInterruptible ? 'interrupts' : 'waits', step };
}
