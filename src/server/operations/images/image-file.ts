import 'server-only';
import { join } from 'node:path';

import type { Env } from '@/env';

/** Where the bytes of an image are kept. Absolute. */
export const imageFile = ({ dataDir }: Pick<Env, 'dataDir'>, imageId: string): string =>
  join(dataDir, 'images', imageId);
