export interface KeyValuePair {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads pasted NAME=value lines, such as an .env file: comments and blank lines are left out, a value may hold "=".
 * Out: an empty list when a line is no pair, so that ordinary text is pasted as it is. Pure.
 */
export function parsePairs(text: string): readonly KeyValuePair[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const pairs = lines.map((line) => {
    const equals = line.indexOf('=');
    return { name: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim(), isPair: equals > 0 };
  });
  return pairs.every((pair) => pair.isPair) ? pairs.map(({ name, value }) => ({ name, value })) : [];
}
