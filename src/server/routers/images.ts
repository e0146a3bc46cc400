import 'server-only';
import { listImages } from '@/server/operations/images/list-images';
import { router, teamProcedure } from '@/server/trpc';

/** The team's library of images that machines on hypervisor hosts start from. */
export const imagesRouter = router({
  list: teamProcedure('image.read').query(({ ctx }) => listImages(ctx.team)),
});
