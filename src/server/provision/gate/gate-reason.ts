/** The line of HAProxy's words that says why. */
export const pickGateReason = (lines: readonly string[]): string =>
  (lines.find((line) => /ALERT|cannot|error/i.test(line) && !/exited with code 143/.test(line)) ?? '')
    .replace(/^\[\w+\]\s+(\S+\s+)?\(\d+\) : /, '')
    .trim()
    .slice(0, 300);
