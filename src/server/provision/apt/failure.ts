import { AppError } from '@/server/errors/app-error';

const patterns: readonly {
  readonly said: RegExp;
  readonly code: 'provision.disk-full' | 'provision.packages-locked';
}[] = [
  { said: /don't have enough free space|No space left on device/i, code: 'provision.disk-full' },
  { said: /Could not get lock|Unable to (acquire|lock)/i, code: 'provision.packages-locked' },
];

/** True when apt gave up because somebody else holds a lock that it does not wait for. */
export const isLockFailure = (lines: readonly string[]) =>
  lines.some((line) => /^E: (Could not get lock|Unable to lock)/.test(line));

/** The lines that say why: apt's errors, without the ones that only repeat that there was one. */
function pickReasons(lines: readonly string[]): string[] {
  const errors = lines.filter((line) => /^(E: |dpkg: error|Err:|curl: \(|wget: |ERROR: )/.test(line));
  const telling = errors.filter(
    (line) =>
      !/Sub-process|^E: Unable to fetch some archives|Problem executing scripts|^E: Some index files/.test(line),
  );
  const picked = telling.length > 0 ? telling : errors;
  const chosen = picked.length > 0 ? picked.slice(0, 2) : lines.filter((line) => line.trim() !== '').slice(-1);
  return chosen.map((line) =>
    line
      .replace(/^E: |^ERROR: /, '')
      .trim()
      .slice(0, 300),
  );
}

/** The error of a failed installation, with apt's own reason in front. Code provision.engine-install-failed or a narrower one. */
export function installFailure(what: string, lines: readonly string[]): AppError {
  const text = lines.join('\n');
  const code = patterns.find(({ said }) => said.test(text))?.code ?? 'provision.engine-install-failed';
  const reasons = pickReasons(lines).join(' ');
  return new AppError({
    code,
    public: `${what} failed${reasons ? `: ${reasons}` : '.'}`,
    output: text.slice(-8192),
  });
}
