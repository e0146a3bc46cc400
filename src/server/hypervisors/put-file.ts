import { posix } from 'node:path';

import { AppError, invariant } from '@/server/errors/app-error';
import type { CommandRunner } from '@/server/ssh/command-runner';
import { sh } from '@/server/ssh/shell';

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
}

const partOf = (path: string) => `${path}.part`;

const sentBefore = async (runner: CommandRunner, { path }: FileToPut, signal: AbortSignal): Promise<number> => {
  const { stdout } = await runner.run(
    {
      name: `look for ${path}`,
      script: sh`mkdir -p -- ${posix.dirname(path)}
if [ -f ${partOf(path)} ]; then wc -c < ${partOf(path)}; else echo 0; fi`,
    },
    signal,
  );
  return Number(stdout.trim());
};

const finish = async (runner: CommandRunner, { path, mode, sha256 }: FileToPut, signal: AbortSignal): Promise<void> => {
  const { exitCode, stdout } = await runner.run(
    {
      name: `check ${path}`,
      script: sh`set -eu
sum=$(sha256sum < ${partOf(path)})
case $sum in ${sha256}*) ;; *) rm -f -- ${partOf(path)}; echo "$sum"; exit 3 ;; esac
chmod ${mode.toString(8).padStart(4, '0')} ${partOf(path)}
mv -f -- ${partOf(path)} ${path}`,
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
 * is right. A try that broke off is gone on with. Throws driver.failed, provision.command-failed (a full disk among others),
 * ssh.connection-lost.
 */
export async function putFile(runner: CommandRunner, file: FileToPut, signal: AbortSignal): Promise<void> {
  invariant(file.path.startsWith('/'), `the relative path ${file.path}`);
  let sent = await sentBefore(runner, file, signal);
  if (sent > file.sizeBytes) {
    await runner.run({ name: `begin ${file.path} anew`, script: sh`rm -f -- ${partOf(file.path)}` }, signal);
    sent = 0;
  }
  while (sent < file.sizeBytes) {
    const piece = await file.read(sent, Math.min(pieceBytes, file.sizeBytes - sent));
    invariant(piece.length > 0, `${file.path} ends after ${sent} of ${file.sizeBytes} bytes`);
    // What a broken connection left of a piece is cut off first, so that no byte is written twice.
    await runner.run(
      {
        name: `write ${file.path}`,
        script: sh`set -eu
[ -f ${partOf(file.path)} ] || : > ${partOf(file.path)}
truncate -s ${sent} ${partOf(file.path)}
cat >> ${partOf(file.path)}
size=$(wc -c < ${partOf(file.path)})
[ "$size" -eq ${sent + piece.length} ] || { echo "only $size of ${sent + piece.length} bytes arrived" >&2; exit 1; }`,
        stdin: piece,
        timeoutMs: pieceTimeoutMs,
      },
      signal,
    );
    sent += piece.length;
    file.onProgress?.(sent);
  }
  if (file.sizeBytes === 0) {
    await runner.run({ name: `write ${file.path}`, script: sh`: > ${partOf(file.path)}` }, signal);
  }
  await finish(runner, file, signal);
}
