import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';

import type { Client, ClientChannel } from 'ssh2';

import { deadlineSignal } from '@/server/clock/deadline';
import { AppError, invariant } from '@/server/errors/app-error';

import { attempt, seconds } from './attempt';
import { commandFailed } from './command-failed';
import type { Command, CommandResult, CommandRunner, OutputStream, RemoteFile } from './command-runner';
import { connectionLost, runsNoCommands, sessionsDenied } from './connection-failures';
import type { Limits, SshEndpoint } from './dial';
import { exec, type ExecResult, NotConnected, SessionDenied } from './exec';
import { absentExitCode, readScript, writeScript } from './files';
import { forward } from './forward';
import type { PresentedHostKey } from './host-key';
import { composeLaunch, type Privilege } from './launch';
import { SessionSlots } from './session-slots';
import { type ShellScript, sh } from './shell';
import { sudoProbe, sudoRefused } from './sudo';

/** sshd's MaxSessions is 10 by default: these many for commands, and some that are always free to stop them. */
const sessionsMax = 6;
const stopSessionsMax = 3;
const sudoProbeTimeoutMs = 30_000;
const commandTimeoutMs = 120_000;
const outputBytesMax = 2 * 1024 * 1024;
const fileBytesMax = 16 * 1024 * 1024;
/** sshd hands the command line to the login shell as one argument, and Linux bounds an argument to 128 KiB. */
const commandLineBytesMax = 127 * 1024;
const stopGraceMs = 3000;
const closeGraceMs = 2000;

export interface ConnectionFacts {
  readonly host: string;
  readonly user: string;
  readonly sudoPassword?: string | undefined;
  readonly hostKey: PresentedHostKey;
}

interface Session {
  readonly name: string;
  readonly script: ShellScript;
  readonly sudo: boolean;
  readonly stdin?: Buffer;
  readonly timeoutMs: number;
  readonly outputBytesMax: number;
  readonly onLine?: (stream: OutputStream, line: string) => void;
}

interface LaunchContext {
  readonly privilege: Privilege;
  readonly signal: AbortSignal;
  readonly slots?: SessionSlots;
}

/**
 * One authenticated SSH connection that runs commands, several at once, each in one round trip more than SSH needs.
 * Made by connectSsh. Errors: provision.command-failed, provision.sudo-refused, ssh.connection-lost, or the reason
 * of the caller's signal.
 */
export class SshConnection implements CommandRunner {
  readonly hostKey: PresentedHostKey;
  readonly #client: Client;
  readonly #facts: ConnectionFacts;
  readonly #slots = new SessionSlots(sessionsMax);
  readonly #stopSlots = new SessionSlots(stopSessionsMax);
  /** Not a secret: it only has to be unlike anything that a start-up file prints. */
  readonly #mark = `quaymaster-${randomBytes(8).toString('hex')}`;
  readonly #closed: Promise<void>;
  #lastError: Error | undefined;
  #isOpen = true;
  #sudo: Promise<Privilege> | undefined;

  constructor(client: Client, facts: ConnectionFacts) {
    this.#client = client;
    this.#facts = facts;
    this.hostKey = facts.hostKey;
    client.on('error', (error) => {
      this.#lastError ??= error;
    });
    this.#closed = new Promise((resolve) => {
      client.once('close', () => {
        this.#isOpen = false;
        resolve();
      });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Calls back once when the connection has ended, by whichever side, at once if it already has. */
  onClose(listener: () => void): void {
    void this.#closed.then(listener);
  }

  /** Says goodbye and waits for the end; commands that still run are rejected with ssh.connection-lost. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    const force = setTimeout(() => this.#client.destroy(), closeGraceMs);
    this.#client.end();
    await this.#closed;
    clearTimeout(force);
  }

  async run(command: Command, signal: AbortSignal): Promise<CommandResult> {
    const { name, script, sudo = false, timeoutMs = commandTimeoutMs, expect = [0], stdin, onLine } = command;
    const result = await this.#execute(
      {
        name,
        script,
        sudo,
        timeoutMs,
        outputBytesMax,
        ...(stdin !== undefined && { stdin: Buffer.from(stdin) }),
        ...(onLine && { onLine }),
      },
      signal,
    );
    if (expect !== 'any' && !expect.includes(result.exitCode)) throw this.#failed(name, result);
    return { exitCode: result.exitCode, stdout: result.stdout.text(), stderr: result.stderr.text() };
  }

  async upload(file: RemoteFile, signal: AbortSignal): Promise<void> {
    invariant(file.path.startsWith('/'), `upload to the relative path ${file.path}`);
    const stdin = Buffer.from(file.content);
    const name = `write ${file.path}`;
    const result = await this.#execute(
      { name, script: writeScript(file, stdin.length), sudo: true, stdin, timeoutMs: commandTimeoutMs, outputBytesMax },
      signal,
    );
    if (result.exitCode !== 0) throw this.#failed(name, result);
  }

  async read(path: string, signal: AbortSignal): Promise<Buffer | null> {
    invariant(path.startsWith('/'), `read of the relative path ${path}`);
    const name = `read ${path}`;
    const result = await this.#execute(
      { name, script: readScript(path), sudo: true, timeoutMs: commandTimeoutMs, outputBytesMax: fileBytesMax },
      signal,
    );
    if (result.exitCode === absentExitCode) return null;
    if (result.exitCode !== 0) throw this.#failed(name, result);
    if (result.stdout.leftOutBytes > 0) {
      throw new AppError({
        code: 'provision.command-failed',
        public: `${path} on the host is larger than ${fileBytesMax / 1024 / 1024} MiB; the console does not read it.`,
      });
    }
    return result.stdout.bytes();
  }

  /**
   * Connects to an endpoint as the host sees it (RFC 4254, 7.2). Throws ssh.port-closed, ssh.timeout, ssh.unreachable,
   * ssh.name-unknown, with what the host has said, and ssh.connection-lost.
   */
  dial(endpoint: SshEndpoint, limits: Limits): Promise<Duplex> {
    return forward(endpoint, {
      ...limits,
      client: this.#client,
      host: this.#facts.host,
      lost: (during, cause) => {
        this.#lastError ??= cause;
        return this.#lost(during);
      },
    });
  }

  async #execute(
    session: Session,
    signal: AbortSignal,
    slots = this.#slots,
  ): Promise<ExecResult & { exitCode: number }> {
    // Each command that runs or waits listens to it, and all of them stop listening when they end.
    setMaxListeners(0, signal);
    const privilege = session.sudo ? await this.#privilege(signal) : 'user';
    const password = privilege === 'sudo-password' ? Buffer.from(`${this.#facts.sudoPassword ?? ''}\n`) : undefined;
    const stdin = password ? Buffer.concat([password, session.stdin ?? Buffer.alloc(0)]) : session.stdin;
    const result = await this.#launch({ ...session, ...(stdin && { stdin }) }, { privilege, signal, slots });
    const { exitCode } = result;
    if (exitCode === undefined) throw this.#lost(session.name);
    if (result.hasStarted) return { ...result, exitCode };
    if (privilege !== 'user') throw this.#sudoRefused(result.noise);
    throw runsNoCommands(this.#facts, result.noise, exitCode);
  }

  /** Waits for a free session and runs; a server that allows fewer at once than assumed gets fewer. */
  async #launch(session: Session, { privilege, signal, slots = this.#slots }: LaunchContext): Promise<ExecResult> {
    const commandLine = composeLaunch(session.script, { privilege, mark: this.#mark });
    invariant(Buffer.byteLength(commandLine) <= commandLineBytesMax, `the script of "${session.name}" is too long`);
    for (;;) {
      const release = await slots.acquire(signal);
      try {
        // What never begins has no end that could give the slot back.
        if (signal.aborted) release();
        return await exec(this.#client, {
          ...session,
          commandLine,
          mark: this.#mark,
          signal,
          timeout: () =>
            new AppError({
              code: 'provision.command-failed',
              public: `"${session.name}" did not finish within ${seconds(session.timeoutMs)} and was stopped.`,
              internal: `host ${this.#facts.host}`,
            }),
          onAbandoned: (channel, pid) => this.#stop(channel, { pid, privilege }),
          onClosed: release,
        });
      } catch (error) {
        if (error instanceof NotConnected) this.#isOpen = false;
        else if (!(error instanceof SessionDenied)) throw error;
        if (!this.#isOpen) throw this.#lost(session.name);
        if (slots.busy === 0) throw sessionsDenied(this.#facts, error);
        slots.lower(slots.busy);
      }
    }
  }

  /** Which kind of sudo this account has, found out once per connection, and again after a failure. */
  #privilege(signal: AbortSignal): Promise<Privilege> {
    if (this.#facts.user === 'root') return Promise.resolve('user');
    if (this.#facts.sudoPassword === undefined) return Promise.resolve('sudo');
    this.#sudo ??= this.#probeSudo().catch((error: unknown) => {
      this.#sudo = undefined;
      throw error;
    });
    const probe = this.#sudo;
    // All callers share one probe, so none of their signals may end it; each only stops waiting for it.
    return attempt<Privilege>({
      signal,
      timeoutMs: 2 * sudoProbeTimeoutMs,
      timeout: () => this.#sudoRefused(''),
      begin: ({ done, fail }) => {
        // oxlint-disable-next-line promise/no-callback-in-promise -- these settle another promise, they are no callbacks
        probe.then(done, fail);
        return () => undefined;
      },
    });
  }

  async #probeSudo(): Promise<Privilege> {
    const result = await this.#launch(
      {
        name: 'ask for root rights',
        script: sudoProbe,
        sudo: false,
        stdin: Buffer.from(`${this.#facts.sudoPassword ?? ''}\n`),
        timeoutMs: sudoProbeTimeoutMs,
        outputBytesMax: 64 * 1024,
      },
      { privilege: 'user', signal: deadlineSignal(2 * sudoProbeTimeoutMs) },
    );
    if (result.exitCode === undefined) throw this.#lost('ask for root rights');
    const answer = result.stdout.text().trim();
    if (answer === 'passwordless') return 'sudo';
    if (answer === 'password') return 'sudo-password';
    throw this.#sudoRefused(result.stderr.text());
  }

  /**
   * Ends a command that nobody waits for any more. sshd may signal the account's own processes only, so what runs as
   * root is stopped as root, with everything in its process group.
   */
  #stop(channel: ClientChannel, { pid, privilege }: { pid: number | undefined; privilege: Privilege }): void {
    if (!this.#isOpen) return;
    channel.signal('TERM');
    const kill = (signalName: 'TERM' | 'KILL') => {
      if (pid === undefined || !this.#isOpen) return;
      const script = sh`read -r _ _ _ _ group _ < /proc/${pid}/stat && kill -s ${signalName} -- "-$group"`;
      const session = { name: 'stop a command', script, sudo: privilege !== 'user', timeoutMs: 10_000, outputBytesMax };
      // Allowed to fail: the command may have ended in between, and its caller already has an error.
      this.#execute(session, deadlineSignal(10_000), this.#stopSlots).catch(() => undefined);
    };
    kill('TERM');
    const force = setTimeout(() => {
      kill('KILL');
      channel.close();
    }, stopGraceMs);
    channel.once('close', () => clearTimeout(force));
  }

  #failed(name: string, { exitCode, stdout, stderr }: ExecResult & { exitCode: number }): AppError {
    const result = { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    return commandFailed(name, result, `host ${this.#facts.host}, user ${this.#facts.user}`);
  }

  #sudoRefused(said: string): AppError {
    return sudoRefused({ user: this.#facts.user, said, hasPassword: this.#facts.sudoPassword !== undefined });
  }

  #lost(name: string): AppError {
    return connectionLost({ host: this.#facts.host, name, isOpen: this.#isOpen, cause: this.#lastError });
  }
}
