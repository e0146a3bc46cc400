import type { ShellScript } from './shell';

/** How a script gets its rights: as the SSH user, through sudo that asks nothing, or through sudo with a password. */
export type Privilege = 'user' | 'sudo' | 'sudo-password';

const launchers: Readonly<Record<Privilege, string>> = {
  user: 'exec sh -c',
  sudo: 'exec env LC_ALL=C sudo -n -- sh -c',
  // -k: always ask, so that the first line of standard input is the password and never the script's own input.
  'sudo-password': "exec env LC_ALL=C sudo -k -S -p '' -- sh -c",
};

/**
 * One word for whichever login shell the account has. Backslashes stand outside the quotes because fish, unlike a
 * POSIX shell, takes them as escapes inside.
 */
const quoteForLoginShell = (text: string) => `'${text.replace(/['\\]/g, String.raw`'\$&'`)}'`;

/**
 * The command line that runs a script with `sh`, whatever the account's login shell is.
 * Before the script, `mark` goes to both streams (with the shell's process id on standard output): what comes earlier
 * is noise of start-up files or of sudo, and without it the script never started. Tools outside the PATH of
 * an ordinary account are made findable.
 */
export function composeLaunch(
  script: ShellScript,
  { privilege, mark }: { privilege: Privilege; mark: string },
): string {
  const preamble = `printf '%s %s\\n' ${mark} $$; printf '%s\\n' ${mark} >&2; export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"`;
  return `${launchers[privilege]} ${quoteForLoginShell(`${preamble}\n${script.shell}`)}`;
}

/** Text before the mark is kept up to this size, for the error when the script never starts. */
const noiseBytesMax = 64 * 1024;

/** Lets pass only what follows the line of the mark; keeps what came before it. */
export class MarkedStream {
  readonly #mark: Buffer;
  readonly #onStart: (rest: string) => void;
  readonly #onData: (chunk: Buffer) => void;
  #noise: Buffer = Buffer.alloc(0);
  #isOpen = false;

  constructor(mark: string, { onStart, onData }: { onStart: (rest: string) => void; onData: (chunk: Buffer) => void }) {
    this.#mark = Buffer.from(mark);
    this.#onStart = onStart;
    this.#onData = onData;
  }

  /** What came before the mark, or all there was when it never came. */
  get noise(): string {
    return this.#noise.toString('utf8');
  }

  push(chunk: Buffer): void {
    if (this.#isOpen) return this.#onData(chunk);
    const seen = Buffer.concat([this.#noise, chunk]);
    const at = seen.indexOf(this.#mark);
    const end = at === -1 ? -1 : seen.indexOf('\n', at);
    if (end === -1) {
      this.#noise = seen.length > noiseBytesMax ? seen.subarray(-noiseBytesMax) : seen;
      return;
    }
    this.#isOpen = true;
    this.#noise = seen.subarray(0, at);
    this.#onStart(
      seen
        .subarray(at + this.#mark.length, end)
        .toString('latin1')
        .trim(),
    );
    if (end + 1 < seen.length) this.#onData(seen.subarray(end + 1));
  }
}
