import type { Receipt } from '../_data/types';

type Counted = Pick<Receipt, 'state' | 'tookMs' | 'endedConnections'>;

/** What has become of a change so far. */
export interface ReceiptSummary {
  /** Machines that count: those that were removed before they could confirm do not. */
  readonly total: number;
  readonly confirmed: number;
  readonly pending: number;
  readonly dropped: number;
  /** Of the slowest machine that has confirmed; null while none has. */
  readonly slowestMs: number | null;
  readonly endedConnections: number;
}

/** Adds up the receipts of one change. Pure. */
export function receiptSummaryOf(receipts: readonly Counted[]): ReceiptSummary {
  const count = (state: Receipt['state']) => receipts.filter((receipt) => receipt.state === state).length;
  const times = receipts.flatMap(({ state, tookMs }) => (state === 'confirmed' && tookMs !== null ? [tookMs] : []));
  const dropped = count('dropped');
  return {
    total: receipts.length - dropped,
    confirmed: count('confirmed'),
    pending: count('pending'),
    dropped,
    slowestMs: times.length ? Math.max(...times) : null,
    endedConnections: receipts.reduce((sum, { endedConnections }) => sum + (endedConnections ?? 0), 0),
  };
}

/** What a confirmed machine does with the certificates that a change is about. */
export const effectOf = {
  issue: 'admitted',
  grant: 'admitted',
  resume: 'admitted',
  revoke: 'refused',
  suspend: 'refused',
  withdraw: 'refused',
  offboard: 'refused',
  enforce: 'inForce',
} as const;

export type AccessChangeKind = keyof typeof effectOf;

export const accessChangeKinds = Object.keys(effectOf) as readonly AccessChangeKind[];

/** Reads a kind from the address; anything else asks for all. Pure. */
export const accessChangeKindOf = (text: string | null | undefined): AccessChangeKind | undefined =>
  accessChangeKinds.find((kind) => kind === text);
