import 'server-only';
import type { AccessChangeKind, Prisma } from '@/server/db/generated/client';

export const receiptSelect = {
  id: true,
  machineId: true,
  machineName: true,
  enforcement: true,
  state: true,
  confirmedAt: true,
  tookMs: true,
  endedConnections: true,
  failure: true,
  machine: { select: { pendingSince: true } },
} satisfies Prisma.ReceiptSelect;

export const changeSelect = {
  id: true,
  kind: true,
  subject: true,
  reason: true,
  comment: true,
  actorName: true,
  requestedAt: true,
  effects: true,
  fingerprints: true,
} satisfies Prisma.AccessChangeSelect;

/** What off-boarding ended besides access to machines. */
export interface ChangeEffects {
  readonly sessions?: number;
  /** True where the person has another team: their sessions go on there, and are refused here. */
  readonly sessionsKept?: boolean;
  readonly invitations?: number;
  readonly certificates?: number;
}

/** A change as it was asked for. */
export interface ChangeRequest {
  readonly id: string;
  readonly kind: AccessChangeKind;
  readonly subject: string;
  readonly reason: string | null;
  readonly comment: string | null;
  readonly actorName: string;
  readonly requestedAt: Date;
  readonly effects: ChangeEffects;
  /** SHA-256 of the certificates that it is about. */
  readonly fingerprints: readonly string[];
}

type ReceiptRow = Prisma.ReceiptGetPayload<{ select: typeof receiptSelect }>;

/** What one machine did about a change. Times in milliseconds from the request's arrival. */
export type ReceiptView = Omit<ReceiptRow, 'machine'> & {
  /** Since when the machine lags behind; null where it does not. */
  readonly pendingSince: Date | null;
};

export const toReceiptView = ({ machine, ...receipt }: ReceiptRow): ReceiptView => ({
  ...receipt,
  pendingSince: receipt.state === 'pending' ? (machine?.pendingSince ?? null) : null,
});
