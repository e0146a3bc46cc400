import 'server-only';
import { paths } from '@/lib/paths';
import type { Transaction } from '@/server/db/database';
import { notify } from '@/server/operations/notifications/notify';
import type { TeamContext } from '@/server/operations/team-context';

import type { TakeableCertificate } from './takeable-certificates';

const tones = { revoked: 'attention', suspended: 'attention', resumed: 'info' } as const;

/** Tells members what somebody else did to certificates of theirs, one notification per certificate. */
export async function tellHolders(
  { runtime, actor }: TeamContext,
  tx: Transaction,
  told: { readonly certificates: readonly TakeableCertificate[]; readonly kind: keyof typeof tones },
): Promise<void> {
  for (const { id, membership, deviceName, device, subject } of told.certificates) {
    if (!membership || membership.id === actor.membershipId) continue;
    await notify(tx, {
      teamId: actor.teamId,
      to: { membershipIds: [membership.id] },
      kind: `certificate-${told.kind}`,
      values: { device: deviceName ?? device?.name ?? subject, by: actor.name },
      tone: tones[told.kind],
      href: paths.certificate(actor.teamSlug, id),
      cause: `certificate:${id}`,
      at: runtime.clock.now(),
    });
  }
}
