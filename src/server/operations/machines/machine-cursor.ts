import 'server-only';
import { z } from 'zod';

import { type MachineOrder, machineSorts } from '@/lib/machine-filter';
import { AppError } from '@/server/errors/app-error';

const cursorSchema = z.strictObject({
  sort: z.enum(machineSorts),
  order: z.enum(['asc', 'desc']),
  key: z.string(),
  id: z.uuid(),
});

/** Where a page of the list has ended: the last row's sort key, as text, and its id. */
export type MachineCursor = z.output<typeof cursorSchema>;

const keyPatterns: Readonly<Partial<Record<MachineOrder['sort'], RegExp>>> = {
  state: /^\d{1,3}$/,
  changed: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/,
};

const broken = (cause?: unknown) =>
  new AppError({
    code: 'input.invalid',
    public: 'The list cannot be continued from there. Load it again.',
    fieldErrors: { cursor: 'is not one that this list in this order has given' },
    cause,
  });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    throw broken(error);
  }
};

/** For callers it is opaque. Pure. */
export const formatCursor = (cursor: MachineCursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** Throws input.invalid where it is broken, or of another order. Pure. */
export function parseCursor(text: string, { sort, order }: MachineOrder): MachineCursor {
  const parsed = cursorSchema.safeParse(parseJson(text));
  if (!parsed.success) throw broken(parsed.error);
  const { data } = parsed;
  const isOfOrder = data.sort === sort && data.order === order;
  if (!isOfOrder || !(keyPatterns[sort]?.test(data.key) ?? true)) throw broken();
  return data;
}
