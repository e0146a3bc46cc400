import { AppError } from '@/server/errors/app-error';

/** How a package manager tells what went wrong, in its own words. */
export interface FailureWords {
  /** A line that tells an error. */
  readonly error: RegExp;
  /** One that only says that there was one. */
  readonly noise: RegExp;
  /** What stands before the reason on such a line. */
  readonly prefix: RegExp;
  readonly diskFull: RegExp;
  readonly locked: RegExp;
  /** It gave up because somebody else holds a lock that it does not wait for. */
  readonly retry?: RegExp;
}

/** True when the package manager gave up because of a lock that it does not wait for. */
export const isLockFailure = ({ retry }: FailureWords, lines: readonly string[]): boolean =>
  retry !== undefined && lines.some((line) => retry.test(line));

/** The lines that say why: the errors, without the ones that only repeat that there was one. */
function pickReasons({ error, noise, prefix }: FailureWords, lines: readonly string[]): string[] {
  const errors = lines.filter((line) => error.test(line));
  const telling = errors.filter((line) => !noise.test(line));
  const picked = telling.length > 0 ? telling : errors;
  const chosen = picked.length > 0 ? picked.slice(0, 2) : lines.filter((line) => line.trim() !== '').slice(-1);
  return chosen.map((line) => line.replace(prefix, '').trim().slice(0, 300));
}

/** The error of a failed installation, with the package manager's own reason in front. Code provision.engine-install-failed or a narrower one. */
export function installFailure(words: FailureWords, what: string, lines: readonly string[]): AppError {
  const text = lines.join('\n');
  const reasons = pickReasons(words, lines).join(' ');
  return new AppError({
    code: words.diskFull.test(text)
      ? 'provision.disk-full'
      : words.locked.test(text)
        ? 'provision.packages-locked'
        : 'provision.engine-install-failed',
    public: `${what} failed${reasons ? `: ${reasons}` : '.'}`,
    output: text.slice(-8192),
  });
}
