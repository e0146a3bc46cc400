import { mkdir } from 'node:fs/promises';

import { z } from 'zod';

import { recordAudit } from '@/server/audit/record-audit';
import { AppError } from '@/server/errors/app-error';
import { type Checksum, findChecksum } from '@/server/images/checksums';
import { fetchText } from '@/server/images/fetch-text';
import { defineJobKind, type JobKind, type Step, type StepContext } from '@/server/jobs/job-kind';
import { concludeImage } from '@/server/operations/images/conclude-image';
import { fetchBytes } from '@/server/operations/images/fetch-bytes';
import { imageFile, imageFolder, partFile, sizeOfFile } from '@/server/operations/images/image-file';
import { imageNotFound } from '@/server/operations/images/image-rows';

const minutes = 60_000;

const payloadSchema = z.strictObject({ imageId: z.uuid(), checksumUrl: z.string().optional() });

type Payload = z.output<typeof payloadSchema>;

interface Learnt {
  /** What the publisher says that the file has to be; null where a file was not that, so that the publisher is asked again. */
  readonly expected: Checksum | null;
  /** What the server called the version of the file that is here in part. */
  readonly validator: string | null;
}

type FetchContext = StepContext<Payload, Learnt>;

const rowOf = ({ runtime, job }: FetchContext) =>
  runtime.database.prisma.image.findFirst({ where: { id: job.payload.imageId, teamId: job.teamId } });

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>> & { readonly url: string };

const write = async (
  { runtime, job, clock }: FetchContext,
  data: { state?: 'fetching' | 'failed'; failure?: string | null; receivedBytes?: bigint; sizeBytes?: bigint | null },
): Promise<void> => {
  const where = { id: job.payload.imageId, teamId: job.teamId };
  const { count } = await runtime.database.prisma.image.updateMany({
    where,
    data: { ...data, changedAt: clock.now() },
  });
  if (count === 0) throw imageNotFound();
  if (data.state) await runtime.bus.publish(`team:${job.teamId}`);
};

/** Does something about the image, and keeps with it why that failed. Nothing is done where it was removed or is ready. */
const about = (
  name: string,
  timeoutMs: number,
  act: (ctx: FetchContext, row: Row) => Promise<void>,
): Step<Payload, Learnt> => ({
  name,
  timeoutMs,
  run: async (ctx) => {
    const row = await rowOf(ctx);
    if (!row || row.state === 'ready' || row.url === null) {
      ctx.log.info(row ? `${row.name} is in the library.` : 'The image is not in the library any more.');
      return;
    }
    try {
      await act(ctx, { ...row, url: row.url });
    } catch (thrown) {
      const error: unknown = ctx.signal.aborted ? ctx.signal.reason : thrown;
      // Allowed to fail: the image may be gone, and the job tells the reason as well.
      if (error instanceof AppError) await write(ctx, { failure: error.public }).catch(() => undefined);
      throw error;
    }
  },
});

const askPublisher = async (ctx: FetchContext, url: string, checksumUrl: string): Promise<Checksum> => {
  ctx.log.info(`Reading ${checksumUrl}`);
  const text = await fetchText({ url: checksumUrl, signal: ctx.signal, mayAskItself: ctx.runtime.env.development });
  const fileName = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
  const expected = findChecksum(text, fileName);
  if (!expected) {
    throw new AppError({
      code: 'image.fetch-failed',
      public: `${checksumUrl} names no SHA-256 or SHA-512 of ${fileName}. Remove the image and add it with the right address, or without one.`,
    });
  }
  ctx.log.info(
    `${fileName} has to have the ${expected.algorithm === 'sha256' ? 'SHA-256' : 'SHA-512'} ${expected.value}.`,
  );
  await ctx.checkpoint({ expected });
  return expected;
};

const findExpected = about('find-checksum', 5 * minutes, async (ctx, { url }) => {
  const { checksumUrl } = ctx.job.payload;
  if (checksumUrl !== undefined) await askPublisher(ctx, url, checksumUrl);
});

const fetch = async (ctx: FetchContext, { url }: Row): Promise<void> => {
  await write(ctx, { state: 'fetching', failure: null });
  const size = await fetchBytes(ctx.runtime, {
    url,
    path: partFile(ctx.runtime.env, ctx.job.payload.imageId),
    validator: ctx.state.validator ?? null,
    log: ctx.log,
    signal: ctx.signal,
    onBegin: async ({ sizeBytes, validator, offset }) => {
      await ctx.checkpoint({ validator });
      await write(ctx, { sizeBytes: sizeBytes === null ? null : BigInt(sizeBytes), receivedBytes: BigInt(offset) });
    },
    onProgress: (received) => write(ctx, { receivedBytes: BigInt(received) }),
  });
  await write(ctx, { receivedBytes: BigInt(size), sizeBytes: BigInt(size) });
};

/** What the file has to be, and what to do where it is not; null where nobody has said it. */
async function findGiven(
  ctx: FetchContext,
  { url, checksumGiven, sha256 }: Row,
): Promise<{ readonly expected: Checksum; readonly advice: string } | null> {
  if (checksumGiven && sha256 !== null) {
    const advice =
      'Where it was damaged on its way, try again; else remove the image and add it with the checksum that its publisher shows.';
    return { expected: { algorithm: 'sha256', value: sha256 }, advice };
  }
  const { checksumUrl } = ctx.job.payload;
  if (checksumUrl === undefined) return null;
  // Before the file: where both are renewed together, the file is the newer one and tells of it.
  const expected = ctx.state.expected ?? (await askPublisher(ctx, url, checksumUrl));
  const advice =
    'Try again: the publisher may have renewed it meanwhile, and is asked for both once more. Where that does not help, remove the image and add it with the address of one version.';
  return { expected, advice };
}

const check = async (ctx: FetchContext, row: Row): Promise<void> => {
  const { runtime, job, log } = ctx;
  const { env } = runtime;
  const part = partFile(env, row.id);
  const given = await findGiven(ctx, row);
  // A file that was wrong is deleted; a worker with a data folder of its own has none, or an older part.
  if (row.sizeBytes === null || (await sizeOfFile(part)) !== Number(row.sizeBytes)) await fetch(ctx, row);
  await mkdir(imageFolder(env), { recursive: true });
  const sizeBytes = (await sizeOfFile(part)) ?? 0;
  const place = { part, path: imageFile(env, row.id), name: row.name, format: row.format };
  const sha256 = await concludeImage({ ...place, expected: null, ...given }, ctx.signal).catch(
    async (error: unknown) => {
      if (error instanceof AppError && error.code === 'image.wrong-checksum') await ctx.checkpoint({ expected: null });
      throw error;
    },
  );
  log.info(
    given ? `The checksum is right: SHA-256 ${sha256}.` : `Nobody has said what it has to be. SHA-256 ${sha256}.`,
  );
  const size = BigInt(sizeBytes);
  await runtime.database.prisma.$transaction(async (tx) => {
    const { count } = await tx.image.updateMany({
      where: { id: row.id, teamId: job.teamId },
      data: {
        state: 'ready',
        failure: null,
        sha256,
        checksumGiven: given !== null,
        sizeBytes: size,
        receivedBytes: size,
        changedAt: ctx.clock.now(),
      },
    });
    if (count === 0) throw imageNotFound();
    const actor = { teamId: job.teamId, userId: job.createdBy.id ?? undefined, name: job.createdBy.name };
    await recordAudit(tx, actor, {
      action: 'image.received',
      target: { type: 'image', id: row.id, name: row.name },
      after: { sha256, sizeBytes, checksumGiven: given !== null },
    });
  });
  await runtime.bus.publish(`team:${job.teamId}`);
};

/** Fetches an image of the library from its address, and checks it. */
export const imageFetch: JobKind = defineJobKind<Payload, Learnt>({
  id: 'image.fetch',
  payload: payloadSchema,
  steps: ({ checksumUrl }) => [
    ...(checksumUrl === undefined ? [] : [findExpected]),
    about('fetch-image', 12 * 60 * minutes, fetch),
    about('check-image', 60 * minutes, check),
  ],
  onEnded: async ({ runtime, job, outcome }) => {
    await runtime.database.prisma.image.updateMany({
      where: { id: job.payload.imageId, teamId: job.teamId, state: { in: ['waiting', 'fetching'] } },
      data: {
        state: 'failed',
        ...(outcome === 'cancelled' && {
          failure: 'Cancelled. What has arrived is kept; trying again goes on from there.',
        }),
      },
    });
    await runtime.bus.publish(`team:${job.teamId}`);
  },
});
