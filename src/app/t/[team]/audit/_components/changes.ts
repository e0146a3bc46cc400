/** One value of an event, as text; undefined where it was not there. */
export interface Change {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map(textOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The values before and after an event side by side, by field. In: whatever the event holds. Pure. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  const old = isRecord(before) ? before : {};
  const fresh = isRecord(after) ? after : {};
  const fields = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return fields.map((field) => ({ field, before: textOf(old[field]), after: textOf(fresh[field]) }));
}
