/** The first match at or behind a line; the first of all where there is none behind. Pure. */
export const placeAfter = (matches: readonly number[], from: number): number | undefined =>
  matches.find((seq) => seq >= from) ?? matches[0];

/** The next or the previous match, round at both ends. Pure. */
export function stepped(matches: readonly number[], current: number, direction: 1 | -1): number | undefined {
  const place = matches.indexOf(current);
  return matches[(place + direction + matches.length) % matches.length];
}
