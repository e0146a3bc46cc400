import type { z } from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

const tooSmall = ({ origin, minimum }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>) => {
  if (origin === 'string') return minimum === 1 ? 'Fill this in.' : `Enter at least ${minimum} characters.`;
  return origin === 'array' ? `Give at least ${minimum}.` : `Enter ${minimum} or more.`;
};

const tooBig = ({ origin, maximum }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>) => {
  if (origin === 'string') return `Enter at most ${maximum} characters.`;
  return origin === 'array' ? `Give at most ${maximum}.` : `Enter ${maximum} or less.`;
};

const wrongType = (expected: string) => {
  switch (expected) {
    case 'number':
      return 'Enter a number.';
    case 'int':
      return 'Enter a whole number.';
    case 'string':
      return 'Enter a text.';
    default:
      return 'This has the wrong form.';
  }
};

/**
 * What a person reads at a field that has no sentence of its own for the case; give it to a parse as `error`. Undefined
 * leaves zod's words. Pure.
 */
export function issueMessage(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null ? 'Fill this in.' : wrongType(issue.expected);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_value':
    case 'invalid_union':
      return issue.input === undefined ? 'Choose one.' : 'Choose one of those on offer.';
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'unrecognized_keys':
      return 'This is no field here.';
    default:
      return undefined;
  }
}
