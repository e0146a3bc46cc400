import { receiptSummaryOf } from '../../../_changes/receipt-summary';
import type { AccessChange } from '../../../_data/types';

/** The receipt as a document for other systems: the change, its machines and their sum, times in ISO 8601 (UTC). Pure. */
export const receiptDocument = (team: string, change: AccessChange, exportedAt: Date): string =>
  `${JSON.stringify({ team, exportedAt, summary: receiptSummaryOf(change.receipts), change }, null, 2)}\n`;

/** Has the browser save it. */
export function saveReceipt(team: string, change: AccessChange): void {
  const url = URL.createObjectURL(new Blob([receiptDocument(team, change, new Date())], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `receipt-${team}-${change.kind}-${change.requestedAt.toISOString().slice(0, 10)}-${change.id.slice(-8)}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
