import 'server-only';
import { AppError } from '@/server/errors/app-error';

import { untilAborted } from './interruption';
import type { Step } from './job-kind';
import type { Run } from './run';

const tooLate = (step: Step<unknown, object>) =>
  new AppError({
    code: 'job.step-timeout',
    public: `The step did not end within ${Math.round(step.timeoutMs / 1000)} s. Its log shows how far it came; retry goes on from it.`,
  });

/** One try of a step, until it ends, its deadline passes, a cancel interrupts it or this process stops; throws why. */
export async function runStep(run: Run, step: Step<unknown, object>, index: number): Promise<void> {
  const controller = new AbortController();
  const deadline = setTimeout(() => controller.abort(tooLate(step)), step.timeoutMs);
  const onStop = () => controller.abort(run.stopping.reason);
  run.stopping.addEventListener('abort', onStop, { once: true });
  if (run.stopping.aborted) onStop();
  run.interrupt = step.interruptible === false ? undefined : (reason) => controller.abort(reason);
  const aborted = untilAborted(controller.signal);
  try {
    controller.signal.throwIfAborted();
    await Promise.race([
      step.run({
        runtime: run.runtime,
        job: run.job,
        log: run.writer.forStep(index),
        signal: controller.signal,
        clock: run.runtime.clock,
        state: run.checkpoint,
        checkpoint: async (patch) => {
          run.checkpoint = Object.assign(run.checkpoint, patch);
          await run.hold.saveCheckpoint(run.checkpoint);
        },
        resources: run.resources,
        mask: (secret) => run.redactor.add(secret),
      }),
      aborted.promise,
    ]);
  } catch (error) {
    // A command that ends because of the abort reports its own failure; the reason of the abort is what really happened.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(deadline);
    aborted.dispose();
    run.stopping.removeEventListener('abort', onStop);
    run.interrupt = undefined;
  }
}
