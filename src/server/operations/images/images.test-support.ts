import type { Prisma } from '@/server/db/generated/client';

import type { TestConsole } from '../../../../test/support/test-console';

/** Writes an image that is ready; no bytes of it are anywhere. */
export const seedImage = (
  { runtime }: TestConsole,
  team: { readonly id: string },
  values: Partial<Prisma.ImageUncheckedCreateInput> = {},
) =>
  runtime.database.prisma.image.create({
    data: {
      teamId: team.id,
      name: 'Debian 13',
      system: 'debian',
      format: 'qcow2',
      architecture: 'amd64',
      state: 'ready',
      sha256: 'ab'.repeat(32),
      sizeBytes: 1024,
      receivedBytes: 1024,
      createdByName: 'Ada',
      createdAt: runtime.clock.now(),
      ...values,
    },
    select: { id: true, name: true },
  });
