import 'server-only';
import type { LibraryImage } from '@/lib/image';
import type { TeamContext } from '@/server/operations/team-context';

import { imageSelect, libraryImageOf } from './image-rows';

/** The team's images by name. */
export async function listImages({ db }: TeamContext): Promise<readonly LibraryImage[]> {
  const rows = await db.image.findMany({ orderBy: { name: 'asc' }, select: imageSelect });
  return rows.map(libraryImageOf);
}
