import { isDeepStrictEqual } from 'node:util';

import { AppError } from '@/server/errors/app-error';
import { connectSsh, type SshTarget } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';
import { dial } from '@/server/ssh/dial';
import { acceptPinned, type PinnedHostKey } from '@/server/ssh/host-key';
import { sh } from '@/server/ssh/shell';

import type { Hypervisor } from './hypervisor';
import { localRunner } from './local-runner';

export interface HypervisorRef {
  readonly teamId: string;
  readonly id: string;
}

/** How a hypervisor host is reached, from its row. */
export interface HypervisorAccess {
  readonly name: string;
  /** Null where it is the console's own machine. */
  readonly ssh: { readonly target: SshTarget; readonly pinned: readonly PinnedHostKey[] } | null;
}

interface Entry {
  readonly opened: Promise<{ hypervisor: Hypervisor; connection: SshConnection | null; access: HypervisorAccess }>;
  /** Its row may have changed since it was opened. */
  isDoubtful: boolean;
}

const folderTimeoutMs = 30_000;

/** Below the home of the account, or where it is root in a place of the system that other accounts may pass through. */
export const folderOf = async (runner: Pick<Hypervisor, 'run'>, signal: AbortSignal): Promise<string> => {
  const script = sh`if [ "$(id -u)" = 0 ]; then echo /var/lib/quaymaster/hypervisor; else echo "$HOME/.quaymaster"; fi`;
  const { stdout } = await runner.run({ name: 'find the home', script, timeoutMs: folderTimeoutMs }, signal);
  return stdout.trim();
};

/**
 * The connections of this process to hypervisor hosts: one for each, shared by all that act there, opened at the first use and
 * again after it has ended.
 */
export class Hypervisors {
  readonly #load: (ref: HypervisorRef) => Promise<HypervisorAccess>;
  readonly #entries = new Map<string, Entry>();

  /** `load` throws hypervisor.not-found. */
  constructor(load: (ref: HypervisorRef) => Promise<HypervisorAccess>) {
    this.#load = load;
  }

  /**
   * Throws hypervisor.not-found, and driver.unreachable with the reason where no connection comes about; its cause is the error
   * that connectSsh has thrown.
   */
  async open(ref: HypervisorRef, signal: AbortSignal): Promise<Hypervisor> {
    signal.throwIfAborted();
    const key = `${ref.teamId}/${ref.id}`;
    const known = this.#entries.get(key);
    if (known) {
      const { hypervisor, connection, access } = await known.opened;
      if (known.isDoubtful && !(await this.#isAsBefore(ref, access))) await this.forget(ref);
      else known.isDoubtful = false;
      if ((connection?.isOpen ?? true) && this.#entries.get(key) === known) return hypervisor;
      if (this.#entries.get(key) === known) this.#entries.delete(key);
      return this.open(ref, signal);
    }
    // Several callers share it, so none of their signals ends it: connectSsh has a deadline of its own.
    const opened = this.#connect(ref);
    const entry: Entry = { opened, isDoubtful: false };
    this.#entries.set(key, entry);
    try {
      return (await opened).hypervisor;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Lets go of the connection to a host whose row has changed; whoever uses it meanwhile loses it. */
  async forget(ref: HypervisorRef): Promise<void> {
    const key = `${ref.teamId}/${ref.id}`;
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    await this.#end(entry);
  }

  /** Another process may have changed a host: at its next use each is compared with its row. */
  doubt(): void {
    for (const entry of this.#entries.values()) entry.isDoubtful = true;
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map((entry) => this.#end(entry)));
  }

  async #isAsBefore(ref: HypervisorRef, before: HypervisorAccess): Promise<boolean> {
    try {
      return isDeepStrictEqual(await this.#load(ref), before);
    } catch (error) {
      await this.forget(ref);
      throw error;
    }
  }

  async #end(entry: Entry | undefined): Promise<void> {
    // Allowed to fail: whoever opened it was told why.
    const opened = await entry?.opened.catch(() => undefined);
    await opened?.connection?.close();
  }

  async #connect(ref: HypervisorRef) {
    const access = await this.#load(ref);
    const { name, ssh } = access;
    const { signal } = new AbortController();
    if (!ssh) {
      const folder = await folderOf(localRunner, signal);
      const hypervisor: Hypervisor = { ...localRunner, id: ref.id, name, isLocal: true, folder, dial };
      return { hypervisor, connection: null, access };
    }
    let connection: SshConnection;
    try {
      connection = await connectSsh(ssh.target, { signal, hostKey: acceptPinned(ssh.pinned) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError({
        code: 'driver.unreachable',
        public: `The hypervisor host ${name} cannot be reached. ${error.public}`,
        cause: error,
      });
    }
    const folder = await folderOf(connection, signal);
    const hypervisor: Hypervisor = {
      id: ref.id,
      name,
      isLocal: false,
      folder,
      run: (command, stop) => connection.run(command, stop),
      upload: (file, stop) => connection.upload(file, stop),
      read: (path, stop) => connection.read(path, stop),
      dial: (endpoint, limits) => connection.dial(endpoint, limits),
    };
    return { hypervisor, connection, access };
  }
}
