import 'server-only';
import { z } from 'zod';

import {
  imageArchitectures,
  imageFormats,
  imageMaxBytes,
  imageSystems,
  imageUrlSchema,
  sha256Schema,
} from '@/lib/image';
import { printableText } from '@/lib/printable-text';
import { addImage } from '@/server/operations/images/add-image';
import { beginUpload } from '@/server/operations/images/begin-upload';
import { describeUpload } from '@/server/operations/images/find-upload';
import { listCatalogue } from '@/server/operations/images/list-catalogue';
import { listImages } from '@/server/operations/images/list-images';
import { removeCopy } from '@/server/operations/images/remove-copy';
import { removeImage } from '@/server/operations/images/remove-image';
import { startPlacing } from '@/server/operations/images/start-placing';
import { router, teamProcedure } from '@/server/trpc';

const id = { id: z.uuid() };
const onHost = z.object({ ...id, hypervisorHostId: z.uuid() });
const kind = {
  name: printableText(64),
  system: z.enum(imageSystems),
  format: z.enum(imageFormats),
  architecture: z.enum(imageArchitectures),
  sha256: sha256Schema.optional(),
};

/** The team's library of images that machines on hypervisor hosts start from. Uploaded bytes have a route of their own. */
export const imagesRouter = router({
  list: teamProcedure('image.read').query(({ ctx }) => listImages(ctx.team)),

  /** Well-known ones, which `add` takes. */
  catalogue: teamProcedure('image.read').query(() => listCatalogue()),

  add: teamProcedure('image.manage')
    .input(z.object({ ...kind, url: imageUrlSchema, checksumUrl: imageUrlSchema.optional() }))
    .mutation(({ ctx, input }) => addImage(ctx.team, input)),

  beginUpload: teamProcedure('image.manage')
    .input(z.object({ ...kind, sizeBytes: z.int().min(1, 'is empty').max(imageMaxBytes, 'is larger than 64 GiB') }))
    .mutation(({ ctx, input }) => beginUpload(ctx.team, input)),

  upload: teamProcedure('image.manage')
    .input(z.object(id))
    .query(({ ctx, input }) => describeUpload(ctx.team, input)),

  remove: teamProcedure('image.manage')
    .input(z.object(id))
    .mutation(({ ctx, input }) => removeImage(ctx.team, input)),

  place: teamProcedure('image.manage')
    .input(onHost)
    .mutation(({ ctx, input }) => startPlacing(ctx.team, input)),

  removeCopy: teamProcedure('image.manage')
    .input(onHost)
    .mutation(({ ctx, input }) => removeCopy(ctx.team, input)),
});
