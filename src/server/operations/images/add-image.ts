import 'server-only';
import { imageFetch } from '@/server/jobs/kinds/image-fetch';
import { startJob } from '@/server/jobs/start-job';
import type { TeamContext } from '@/server/operations/team-context';

import { insertImage, type NewImage } from './insert-image';

export interface AddImageInput extends NewImage {
  readonly url: string;
  /** Where its publisher says what it has to be; not asked where `sha256` is given. */
  readonly checksumUrl?: string | undefined;
}

/** Adds an image to the team's library and starts the job that fetches it. Throws image.name-taken. */
export const addImage = (ctx: TeamContext, input: AddImageInput): Promise<{ id: string; jobId: string }> => {
  const { name, url, sha256, checksumUrl } = input;
  const audit = { url, ...(checksumUrl && { checksumUrl }) };
  return insertImage(ctx, { ...input, from: { url }, audit }, async (tx, id) => {
    const asked = sha256 === undefined && checksumUrl !== undefined && { checksumUrl };
    const job = await startJob(ctx.runtime, tx, {
      kind: imageFetch,
      actor: ctx.actor,
      machineId: null,
      subject: name,
      payload: { imageId: id, ...asked },
    });
    return { id, jobId: job.id };
  });
};
