import 'server-only';
import { untilAborted } from '@/server/jobs/interruption';

/** What goes on now, by what it is about; the next one waits for its end, however it ends. */
const going = new Map<string, Promise<unknown>>();

/** Lets only one of this process at a time do something about the same thing. Rejects with the signal's reason while it waits. */
export async function oneAtATime<T>(
  key: string,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: () => void },
  act: () => Promise<T>,
): Promise<T> {
  for (let before = going.get(key); before; before = going.get(key)) {
    onWait();
    const aborted = untilAborted(signal);
    try {
      // How it ended is for those who began it.
      await Promise.race([before.catch(() => undefined), aborted.promise]);
    } finally {
      aborted.dispose();
    }
  }
  const acting = act();
  going.set(key, acting);
  try {
    return await acting;
  } finally {
    going.delete(key);
  }
}
