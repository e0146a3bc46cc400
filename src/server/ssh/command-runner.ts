import type { ShellScript } from './shell';

export type OutputStream = 'stdout' | 'stderr';

export interface Command {
  /** What the command is for, in a few words; part of errors and of the job log ("restart the engine"). */
  readonly name: string;
  readonly script: ShellScript;
  /** Run as root through sudo. Nothing is added when the SSH user is root. Default false. */
  readonly sudo?: boolean;
  /** Sent to the command's standard input, which is then closed. */
  readonly stdin?: Buffer | string;
  readonly timeoutMs?: number;
  /** Exit codes that count as success. Default [0]. Others throw provision.command-failed with the end of the output. */
  readonly expect?: readonly number[] | 'any';
  /** Called with each complete line as it arrives (no line feed); standard output and error are kept apart. */
  readonly onLine?: (stream: OutputStream, line: string) => void;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RemoteFile {
  /** Absolute path on the host. */
  readonly path: string;
  readonly content: Buffer | string;
  /** Octal permission bits, for example 0o600. */
  readonly mode: number;
  /** Default root:root. */
  readonly owner?: string;
}

/**
 * Runs commands on one host. Implementations: SSH (src/server/ssh/connection.ts) and, later, the console's own machine.
 * Each call takes an abort signal and has a deadline; a lost connection throws ssh.connection-lost.
 */
export interface CommandRunner {
  run(command: Command, signal: AbortSignal): Promise<CommandResult>;
  /** Writes the file as root, atomically (temporary file beside it, then rename), parents made with mode 0755. */
  upload(file: RemoteFile, signal: AbortSignal): Promise<void>;
  /** Reads a file as root; null where it does not exist. */
  read(path: string, signal: AbortSignal): Promise<Buffer | null>;
}
