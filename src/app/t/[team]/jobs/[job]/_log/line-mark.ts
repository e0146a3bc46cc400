import { plainText } from '@/lib/ansi';
import type { JobLogLine } from '@/lib/job';

export type LineMark = 'error' | 'warning';

// As compilers, apt, dpkg, systemd and most daemons write them. Words in the middle of a sentence ("0 errors") are none.
const errors = /^\W*(?:E:|(?:error|fatal|panic|critical)\b)|^\S+:\s+(?:error|fatal)\b|\b(?:error|fatal):(?:\s|$)/i;
const warnings = /^\W*(?:W:|warn(?:ing)?\b)|^\S+:\s+warning\b|\bwarning:(?:\s|$)/i;

/** Whether a line of output reports something wrong, going by its words. The console's own lines are left to it. Pure. */
export function lineMark({ stream, text }: Pick<JobLogLine, 'stream' | 'text'>): LineMark | undefined {
  if (stream === 'console') return undefined;
  const shown = plainText(text);
  if (errors.test(shown)) return 'error';
  return warnings.test(shown) ? 'warning' : undefined;
}
