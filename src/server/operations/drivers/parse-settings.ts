import 'server-only';
import type { z } from 'zod';

import { issueMessage } from '@/lib/issue-message';
import { fieldErrorsOf } from '@/server/errors/field-errors';

export interface ParsedSettings<T> {
  /** Undefined where there are field errors. */
  readonly value: T | undefined;
  readonly fieldErrors: Readonly<Record<string, string>>;
}

/** Parses what a member entered; each problem stands under the path of its field, which begins with `prefix`. Pure. */
export function parseSettings<T>(schema: z.ZodType<T>, input: unknown, prefix: string): ParsedSettings<T> {
  const result = schema.safeParse(input, { error: issueMessage });
  return result.success
    ? { value: result.data, fieldErrors: {} }
    : { value: undefined, fieldErrors: fieldErrorsOf(result.error, prefix) };
}
