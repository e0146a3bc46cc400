/** What systemd says of every failure, and of workers that a stop ended: no reason. */
const noReason = /^Job for |exited with code 143/;

/** The line of HAProxy's words that says why: its first alert, or else the first line that speaks of an error. Pure. */
export function pickGateReason(lines: readonly string[]): string {
  const candidates = lines.filter((line) => !noReason.test(line));
  const line = candidates.find((one) => one.includes('ALERT')) ?? candidates.find((one) => /cannot|error/i.test(one));
  return (line ?? '')
    .replace(/^\[\w+\]\s+(\S+\s+)?\(\d+\) : /, '')
    .trim()
    .slice(0, 300);
}
