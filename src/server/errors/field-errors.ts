import type { ZodError } from 'zod';

/** Messages by field path ("options.address"), the first of each field; what belongs to no field stands under "". */
export function fieldErrorsOf(error: ZodError, prefix = ''): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const issue of error.issues) {
    const path = [...(prefix ? [prefix] : []), ...issue.path.map(String)].join('.');
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => (path ? `${path}.${key}` : key)) : [path];
    const message = issue.code === 'unrecognized_keys' ? 'is not a field here' : issue.message;
    for (const key of keys) messages[key] ??= message;
  }
  return messages;
}
