import { AppError, invariant } from '@/server/errors/app-error';
import type { CommandRunner } from '@/server/ssh/command-runner';
import { sh, type ShellScript } from '@/server/ssh/shell';

/** One command carries so much: enough that round trips do not count, little enough for the memory. */
const pieceBytes = 8 * 1024 * 1024;
const pieceTimeoutMs = 10 * 60_000;

export interface FileToPut {
  /** Absolute path; parents are made. */
  readonly path: string;
  /** Octal permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** Hexadecimal SHA-256 of the whole. */
  readonly sha256: string;
  /** Its bytes from an offset on. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
  readonly onProgress?: (sentBytes: number) => void;
  /** Once, where somebody else is sending it. */
  readonly onWait?: () => void;
}

const partOf = (path: string) => `${path}.part`;
const waitS = 3;
/** One command waits so often; then the next one does. */
const waitTurns = 20;

/** What the scripts below share: the names, and whether the whole is there. */
const names = ({ path, sizeBytes }: FileToPut): ShellScript => sh`set -eu
path=${path} part=${partOf(path)}
is_there() { [ -f "$path" ] && [ "$(wc -c < "$path")" -eq ${sizeBytes} ]; }`;

/**
 * From here to the end of its script a command has the part for itself, whichever process or entry of the host it was sent by. It may
 * have become the file meanwhile.
 */
const alone = sh`while :; do
  exec 9>> "$part"
  flock -w 540 9 || { echo "another command holds $part" >&2; exit 1; }
  [ ! "$part" -ef /proc/self/fd/9 ] || break
done
if is_there; then rm -f -- "$part"; echo there; exit 0; fi`;

interface Seen {
  readonly isThere: boolean;
  /** Of the part. */
  readonly sent: number;
  /** Whether somebody else is sending it. */
  readonly isGrowing: boolean;
}

const seen = (stdout: string): Seen => {
  const [first = '', second] = stdout.trim().split(' ');
  return { isThere: first === 'there', sent: Number(first), isGrowing: second === 'other' };
};

/** How much of it is there. While somebody else sends it, waits for up to a minute. */
const look = async (runner: CommandRunner, file: FileToPut, signal: AbortSignal): Promise<Seen> => {
  const { stdout } = await runner.run(
    {
      name: `look for ${file.path}`,
      script: sh`${names(file)}
mkdir -p -- "$(dirname "$path")"
sizes() { wc -c -- "$part"* 2> /dev/null || :; }
before='' now='' turn=0
[ -z "$(find "$(dirname "$path")" -name "$(basename "$part")*" -mmin -1)" ] || now=$(sizes)
while ! is_there && [ "$now" != "$before" ] && [ "$turn" -lt ${waitTurns} ]; do
  before=$now turn=$((turn + 1))
  sleep ${waitS}
  now=$(sizes)
done
if is_there; then echo there; exit 0; fi
size=0; [ ! -f "$part" ] || size=$(wc -c < "$part")
[ "$now" = "$before" ] && echo "$size mine" || echo "$size other"`,
    },
    signal,
  );
  return seen(stdout);
};

/** Adds a piece, unless somebody else has: then it says how far they are. What a broken connection left of a piece is not added. */
const write = async (
  runner: CommandRunner,
  { file, from, piece }: { file: FileToPut; from: number; piece: Buffer },
  signal: AbortSignal,
): Promise<Seen> => {
  const to = from + piece.length;
  const { stdout } = await runner.run(
    {
      name: `write ${file.path}`,
      script: sh`${names(file)}
piece=$(mktemp "$part.XXXXXX")
trap 'rm -f -- "$piece"' EXIT
cat > "$piece"
${alone}
size=$(wc -c < "$part") arrived=$(wc -c < "$piece")
[ "$arrived" -eq ${piece.length} ] || { echo "only $arrived of ${piece.length} bytes arrived" >&2; exit 1; }
[ "$size" -le ${file.sizeBytes} ] || size=0
if [ "$size" -lt ${from} ] || [ "$size" -ge ${to} ]; then echo "$size other"; exit 0; fi
truncate -s ${from} "$part"
cat "$piece" >> "$part"
size=$(wc -c < "$part")
[ "$size" -eq ${to} ] || { echo "only $size of ${to} bytes are there" >&2; exit 1; }
echo "$size mine"`,
      stdin: piece,
      timeoutMs: pieceTimeoutMs,
    },
    signal,
  );
  return seen(stdout);
};

const finish = async (runner: CommandRunner, file: FileToPut, signal: AbortSignal): Promise<void> => {
  const { path, mode, sha256 } = file;
  const { exitCode, stdout } = await runner.run(
    {
      name: `check ${path}`,
      script: sh`${names(file)}
${alone}
sum=$(sha256sum < "$part")
case $sum in ${sha256}*) ;; *) rm -f -- "$part"; echo "$sum"; exit 3 ;; esac
chmod ${mode.toString(8).padStart(4, '0')} "$part"
mv -f -- "$part" "$path"
rm -f -- "$part".*`,
      expect: [0, 3],
      timeoutMs: pieceTimeoutMs,
    },
    signal,
  );
  if (exitCode === 0) return;
  throw new AppError({
    code: 'driver.failed',
    public: `${path} did not arrive as it was sent, and was removed again. Try once more.`,
    internal: `expected ${sha256}, found ${stdout.trim()}`,
  });
};

/**
 * Writes a large file as the account of the runner, piece by piece into a file beside it that gets the name once its SHA-256
 * is right. A try that broke off is gone on with. Where somebody else sends the same file to the same path, in this process or in
 * another, this one waits while it grows, and goes on where they stop; one of that size which is there was sent by them. Throws
 * driver.failed, provision.command-failed (a full disk among others), ssh.connection-lost.
 */
export async function putFile(runner: CommandRunner, file: FileToPut, signal: AbortSignal): Promise<void> {
  invariant(file.path.startsWith('/'), `the relative path ${file.path}`);
  let now = await look(runner, file, signal);
  let hasWaited = false;
  while (!now.isThere && (now.isGrowing || now.sent < file.sizeBytes)) {
    if (now.isGrowing) {
      if (!hasWaited) file.onWait?.();
      hasWaited = true;
      now = await look(runner, file, signal);
      continue;
    }
    const from = now.sent;
    const piece = await file.read(from, Math.min(pieceBytes, file.sizeBytes - from));
    invariant(piece.length > 0, `${file.path} ends after ${from} of ${file.sizeBytes} bytes`);
    now = await write(runner, { file, from, piece }, signal);
    if (!now.isThere) file.onProgress?.(now.sent);
  }
  if (!now.isThere) await finish(runner, file, signal);
}
