import 'server-only';
import { catchUpEngines } from '@/server/admission/catch-up-engines';
import { pushLagging } from '@/server/admission/push-lagging';
import { renewDue } from '@/server/renewal/renew-due';
import type { Runtime } from '@/server/runtime';

import { watchFleet } from './watch-fleet';

const stepMs = 250;
const catchUpEveryMs = 5000;
const renewEveryMs = 60_000;

type Part = () => Promise<unknown>;

/** Runs a part again and again until the signal aborts. A failure is logged and the next run tries again. */
const repeat = async (runtime: Runtime, signal: AbortSignal, { everyMs, part }: { everyMs: number; part: Part }) => {
  while (!signal.aborted) {
    try {
      await part();
    } catch (err) {
      if (!signal.aborted) runtime.log.warn({ err }, 'a round of the monitor failed; the next one follows');
    }
    // Allowed to fail: an abort during the pause ends the loop.
    await runtime.clock.sleep(everyMs, signal).catch(() => undefined);
  }
};

/**
 * Looks after this process's share of the machines of all teams, brings hosts up to date that other processes have changed
 * something for, and renews what is due, until `signal` aborts.
 */
export async function runMonitor(runtime: Runtime, signal: AbortSignal): Promise<void> {
  const fleet = watchFleet(runtime, signal);
  const unsubscribe = runtime.bus.subscribe('admissions', () => void pushLagging(runtime));
  try {
    await Promise.all([
      repeat(runtime, signal, { everyMs: stepMs, part: () => fleet.round() }),
      repeat(runtime, signal, { everyMs: catchUpEveryMs, part: () => catchUpEngines(runtime) }),
      repeat(runtime, signal, { everyMs: renewEveryMs, part: () => renewDue(runtime, signal) }),
    ]);
  } finally {
    unsubscribe();
    await fleet.close();
  }
}
