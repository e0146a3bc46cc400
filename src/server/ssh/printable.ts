/**
 * Makes bytes from a stranger fit for a sentence: control characters (terminal escapes among them) become spaces,
 * runs of space shrink, and the length is bounded.
 */
export function printable(text: string, lengthMax = 200): string {
  const clean = text
    .replace(/\u001B\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > lengthMax ? `${clean.slice(0, lengthMax)}…` : clean;
}
