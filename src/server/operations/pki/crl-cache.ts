import 'server-only';
import type { Crl } from '@/server/pki/crl';
import type { Runtime } from '@/server/runtime';

/** How long a list says that it holds, and from when on the next request makes a new one. In milliseconds. */
export const crlLifetime = { validMs: 60 * 60_000, freshMs: 30 * 60_000 } as const;

interface Kept {
  /** What the list was made from. */
  readonly state: string;
  readonly madeAt: Date;
  readonly number: bigint;
  readonly crl: Promise<Crl>;
}

/** A list's number and dates, as signCrl wants them. */
export interface CrlTimes {
  readonly number: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

const lists = new WeakMap<Runtime, Map<string, Kept>>();

const listsOf = (runtime: Runtime): Map<string, Kept> => {
  const kept = lists.get(runtime) ?? new Map<string, Kept>();
  lists.set(runtime, kept);
  return kept;
};

/**
 * The list of that name, made anew when what it tells has changed or half of its hour is over; requests at once share one
 * signature. Its number is the time in milliseconds, and larger than the one before within the process, so that it grows over
 * restarts and replicas without being stored.
 */
export async function freshCrl(
  runtime: Runtime,
  wanted: { readonly name: string; readonly state: string },
  make: (times: CrlTimes) => Promise<Crl>,
): Promise<Crl> {
  const kept = listsOf(runtime);
  const now = runtime.clock.now();
  const last = kept.get(wanted.name);
  const isFresh =
    last?.state === wanted.state && now.getTime() - last.madeAt.getTime() < crlLifetime.freshMs && last.madeAt <= now;
  if (isFresh) return last.crl;
  const time = BigInt(now.getTime());
  const number = last && last.number >= time ? last.number + 1n : time;
  const thisUpdate = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const nextUpdate = new Date(thisUpdate.getTime() + crlLifetime.validMs);
  const crl = make({ number, thisUpdate, nextUpdate });
  kept.set(wanted.name, { state: wanted.state, madeAt: now, number, crl });
  try {
    return await crl;
  } catch (error) {
    if (kept.get(wanted.name)?.crl === crl) kept.delete(wanted.name);
    throw error;
  }
}
