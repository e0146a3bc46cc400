import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import {
  type ChangeEffects,
  type ChangeRequest,
  changeSelect,
  receiptSelect,
  type ReceiptView,
  toReceiptView,
} from './change-view';

/** A change of who gets in where, with what every machine did about it. */
export interface ChangeDocument extends ChangeRequest {
  readonly receipts: readonly ReceiptView[];
  /** True when no machine has anything left to do. */
  readonly done: boolean;
}

/** One change with its receipts by machine name. Throws change.not-found, for other teams' changes as well. */
export async function getChange(ctx: TeamContext, { id }: { id: string }): Promise<ChangeDocument> {
  const row = await ctx.db.accessChange.findFirst({
    where: { id },
    select: { ...changeSelect, receipts: { select: receiptSelect, orderBy: { machineName: 'asc' } } },
  });
  if (!row) throw new AppError({ code: 'change.not-found', public: 'There is no such change in this team.' });
  const receipts = row.receipts.map(toReceiptView);
  return {
    ...row,
    effects: row.effects as ChangeEffects,
    receipts,
    done: receipts.every((receipt) => receipt.state !== 'pending'),
  };
}
