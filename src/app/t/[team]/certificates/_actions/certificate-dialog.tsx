'use client';

import type { RevocationReason } from '@/lib/revocation';

import { ReissueDialog } from './reissue-dialog';
import { RevokeDialog } from './revoke-dialog';
import { SuspendDialog } from './suspend-dialog';

/** What may be asked before it is done to certificates. */
export const certificateActs = ['revoke', 'suspend', 'resume', 'reissue'] as const;
export type CertificateAct = (typeof certificateActs)[number];

export interface CertificateDialogProps {
  readonly team: string;
  readonly act: CertificateAct;
  readonly ids: readonly string[];
  readonly subject: string;
  readonly reason?: RevocationReason;
  readonly onClose: () => void;
}

/** The dialog of one act. */
export function CertificateDialog({ act, ...props }: CertificateDialogProps) {
  const [first = ''] = props.ids;
  if (act === 'revoke') return <RevokeDialog {...props} />;
  if (act === 'reissue') return <ReissueDialog {...props} certificateId={first} />;
  return <SuspendDialog {...props} act={act} />;
}
