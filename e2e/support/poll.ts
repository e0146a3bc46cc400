import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is there. Throws what was seen last when it is not in time. */
export async function poll<T>(
  what: string,
  ask: () => Promise<{ readonly done: T } | { readonly seen: string }>,
  { timeoutMs, everyMs = 100 }: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if ('done' in answer) return answer.done;
    if (Date.now() > until) throw new Error(`${what} did not come within ${timeoutMs} ms; last seen: ${answer.seen}`);
    await pause(everyMs);
  }
}
