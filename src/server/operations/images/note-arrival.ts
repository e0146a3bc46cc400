import 'server-only';
import { uploadWatchedMs } from '@/lib/image';
import type { Prisma } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';

import { imageNotFound } from './image-rows';

/** What others see of an upload while this process takes a piece of it. Each method but breaksOff throws image.not-found. */
export interface Arrival {
  /** It is here up to this byte, and goes on. Noted now and then. */
  readonly passes: (receivedBytes: number) => Promise<void>;
  /** It is here up to this byte. */
  readonly reaches: (receivedBytes: number) => Promise<void>;
  /** Nobody sends it any more; what is here is kept. */
  readonly breaksOff: () => Promise<void>;
  /** Nothing of it is kept. */
  readonly fails: (why: string) => Promise<void>;
}

const noteEveryMs = 2000;

export interface Arriving {
  readonly image: { readonly id: string; readonly state: string; readonly changedAt: Date };
  readonly progress: { readonly offset: number };
}

/** Stores how far an upload is, often enough that others see it arrive, and tells them when it begins, goes on or stops. */
export function noteArrival({ db, runtime, actor }: TeamContext, { image, progress }: Arriving): Arrival {
  const { bus, clock } = runtime;
  const { id } = image;
  const sinceMs = (at: Date) => clock.now().getTime() - at.getTime();
  const tell = () => bus.publish(`team:${actor.teamId}`);
  let isNews = image.state !== 'fetching' || sinceMs(image.changedAt) >= uploadWatchedMs;
  let notedAt = image.changedAt;
  let reached = progress.offset;

  const note = async (data: Prisma.ImageUpdateManyMutationInput) => {
    notedAt = clock.now();
    const { count } = await db.image.updateMany({ where: { id }, data: { ...data, changedAt: notedAt } });
    if (count === 0) throw imageNotFound();
  };
  const reaches = async (receivedBytes: number) => {
    reached = receivedBytes;
    await note({ state: 'fetching', failure: null, receivedBytes: BigInt(reached) });
    if (!isNews) return;
    isNews = false;
    await tell();
  };
  return {
    reaches,
    passes: async (receivedBytes) => {
      reached = receivedBytes;
      if (isNews || sinceMs(notedAt) >= noteEveryMs) await reaches(receivedBytes);
    },
    breaksOff: async () => {
      try {
        await db.image.updateMany({ where: { id }, data: { state: 'waiting', receivedBytes: BigInt(reached) } });
        await tell();
      } catch (error) {
        // Allowed to fail: why it broke off matters more, and that nothing comes is seen soon.
        runtime.log.warn({ err: error, imageId: id }, 'that an upload broke off could not be noted');
      }
    },
    fails: (why) => note({ state: 'failed', failure: why, receivedBytes: 0n }),
  };
}
