import 'server-only';
import { findUsers } from '@/server/operations/machines/find-users';
import type { TeamContext } from '@/server/operations/team-context';

import { hypervisorNotFound } from './hypervisor-access';
import { hypervisorSelect, type HypervisorView, viewHypervisor } from './hypervisor-row';

export interface HypervisorDetails extends HypervisorView {
  readonly machines: readonly string[];
  /** The name of the SSH key; null for the console's own machine. */
  readonly sshKeyName: string | null;
  readonly images: readonly {
    readonly id: string;
    readonly name: string;
    readonly path: string;
    readonly sizeBytes: number;
    readonly placedAt: Date;
  }[];
}

/** One of the team's hypervisor hosts with what lives on it. Throws hypervisor.not-found. */
export async function getHypervisor({ db, actor }: TeamContext, { id }: { id: string }): Promise<HypervisorDetails> {
  const [host, users] = await Promise.all([
    db.hypervisorHost.findFirst({
      where: { id },
      select: {
        ...hypervisorSelect,
        imageCopies: {
          orderBy: { placedAt: 'desc' },
          select: { path: true, sizeBytes: true, placedAt: true, image: { select: { id: true, name: true } } },
        },
      },
    }),
    findUsers(db, actor.teamId, 'hypervisor'),
  ]);
  if (!host) throw hypervisorNotFound();
  const { imageCopies, ...row } = host;
  const key = row.sshKeyId
    ? await db.sshKey.findFirst({ where: { id: row.sshKeyId }, select: { name: true } })
    : undefined;
  return {
    ...viewHypervisor(row),
    machines: users.get(id) ?? [],
    sshKeyName: key?.name ?? null,
    images: imageCopies.map(({ image, sizeBytes, ...copy }) => ({
      ...copy,
      id: image.id,
      name: image.name,
      sizeBytes: Number(sizeBytes),
    })),
  };
}
