export interface TextRange {
  readonly from: number;
  /** The first index behind it. */
  readonly to: number;
}

// Lower-casing a whole text can change its length (İ), and with it every index behind; letter by letter, those that would
// change are left as they are.
const folded = (text: string): string => {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text].map((char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join('');
};

/** Where `wanted` occurs in `text`, upper and lower case alike, without overlaps. An empty text occurs nowhere. Pure. */
export function findMatches(text: string, wanted: string): readonly TextRange[] {
  if (wanted === '') return [];
  const haystack = folded(text);
  const needle = folded(wanted);
  const ranges: TextRange[] = [];
  for (let from = haystack.indexOf(needle); from !== -1; from = haystack.indexOf(needle, from + needle.length)) {
    ranges.push({ from, to: from + needle.length });
  }
  return ranges;
}

/** Whether a text contains `wanted`, as `findMatches` would find it. Pure. */
export function textMatcher(wanted: string): (text: string) => boolean {
  const needle = folded(wanted);
  return (text) => needle !== '' && folded(text).includes(needle);
}
