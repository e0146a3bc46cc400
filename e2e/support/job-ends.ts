import type { Api } from './api';
import { poll } from './poll';

/** Waits until a job has done what it was for. Throws why it failed, or how it stood when its time was over. */
export const jobEnds = (
  api: Api,
  job: { readonly team: string; readonly job: string },
  { timeoutMs, everyMs }: { readonly timeoutMs: number; readonly everyMs: number },
) =>
  poll(
    'the end of the job',
    async () => {
      const { job: found } = await api.jobs.get.query(job);
      if (found.state === 'failed') throw new Error(`the job failed: ${JSON.stringify(found.error)}`);
      return found.state === 'succeeded' ? { done: true } : { seen: JSON.stringify(found) };
    },
    { timeoutMs, everyMs },
  );
