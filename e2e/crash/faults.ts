import type { StepContext } from '@/server/jobs/job-kind';
import type { JobKind, Step } from '@/server/jobs/job-kind';

/**
 * Where a job is disturbed, once: before a step has done anything, after it has done everything and before that is
 * written down, or inside of it: right after its n-th command was sent to the host, its n-th line was logged, or
 * its n-th checkpoint was stored.
 */
export interface Fault {
  readonly step: string;
  readonly at:
    | 'before'
    | 'after'
    | { readonly command: number }
    | { readonly line: number }
    | { readonly checkpoint: number };
}

export const nameOf = ({ step, at }: Fault): string =>
  `${step} ${typeof at === 'string' ? at : Object.entries(at).join(' ').replace(',', ' ')}`;

/** What a step did, to know where inside of it one can strike. */
export interface StepCounts {
  commands: number;
  lines: number;
  checkpoints: number;
}

export interface Striker {
  /** Strikes where a fault of this name is still to come. Resolves when the job may go on, if it ever may. */
  strike(fault: Fault): Promise<void>;
  counts(step: string): StepCounts;
}

type Run = (...args: readonly unknown[]) => Promise<unknown>;

/** So long after a command was sent it runs on the host, and its answer is not there yet. */
const inFlightMs = 30;

/** The connection to the host, which says when a command was sent. */
const watched = (connection: object, onCommand: () => Promise<void>): object =>
  new Proxy(connection, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'run') return value.bind(target) as unknown;
      return async (...args: readonly unknown[]) => {
        const answer = (value as Run).apply(target, [...args]);
        answer.catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, inFlightMs));
        await onCommand();
        return answer;
      };
    },
  });

const disturbed = (step: Step<unknown, object>, striker: Striker): Step<unknown, object> => ({
  ...step,
  run: async (ctx) => {
    const counts = striker.counts(step.name);
    Object.assign(counts, { commands: 0, lines: 0, checkpoints: 0 });
    const strike = (at: Fault['at']) => striker.strike({ step: step.name, at });
    const count = (kind: keyof StepCounts) => (counts[kind] += 1);
    const onLine = () => void strike({ line: count('lines') });
    const { log, resources } = ctx;
    const disturbedContext: StepContext<unknown, object> = {
      ...ctx,
      log: {
        info: (text) => (log.info(text), onLine()),
        line: (stream, text) => (log.line(stream, text), onLine()),
      },
      checkpoint: async (patch) => {
        await ctx.checkpoint(patch);
        await strike({ checkpoint: count('checkpoints') });
      },
      // Only the connection to the host is watched; everything else that is shared stays as it is.
      resources: new Proxy(resources, {
        get: (target, key) => {
          if (key !== 'use') return Reflect.get(target, key, target) as unknown;
          return async (name: string, open: never, isAlive: never) => {
            const value = await target.use<object>(name, open, isAlive);
            return name === 'ssh' ? watched(value, () => strike({ command: count('commands') })) : value;
          };
        },
      }),
    };
    await strike('before');
    await step.run(disturbedContext);
    await strike('after');
  },
});

/** The same kinds of jobs, disturbed. */
export const disturbedKinds = (kinds: ReadonlyMap<string, JobKind>, striker: Striker): ReadonlyMap<string, JobKind> =>
  new Map(
    [...kinds].map(([id, kind]) => [
      id,
      { ...kind, steps: (payload: unknown) => kind.steps(payload).map((step) => disturbed(step, striker)) },
    ]),
  );
