import 'server-only';
import { countSsh } from '@/server/metrics/count-ssh';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { openHost } from '@/server/operations/machines/open-host';
import type { Runtime } from '@/server/runtime';
import type { SshConnection } from '@/server/ssh/connection';

/** The machines of a large fleet; each connection costs some 100 KB here and an sshd process there. */
const linksMax = 1000;

/**
 * SSH connections that are kept, one per machine, so that a push costs one round trip. A connection that ends is forgotten;
 * the least used one makes room.
 */
export class HostLinks {
  readonly #runtime: () => Runtime;
  /** In the order of their last use. */
  readonly #links = new Map<string, Promise<SshConnection>>();

  constructor(runtime: () => Runtime) {
    this.#runtime = runtime;
  }

  /** The kept connection of a machine, or a new one. Throws what openHost throws. `isNew` tells which. */
  async open(
    ref: { readonly id: string; readonly teamId: string },
    signal: AbortSignal,
  ): Promise<{ connection: SshConnection; isNew: boolean }> {
    const kept = this.#links.get(ref.id);
    if (kept) {
      const connection = await kept.catch(() => null);
      if (connection?.isOpen) {
        this.#touch(ref.id, kept);
        return { connection, isNew: false };
      }
      this.#forget(ref.id, kept);
    }
    const opening = this.#connect(ref, signal);
    this.#touch(ref.id, opening);
    try {
      const connection = await opening;
      connection.onClose(() => this.#forget(ref.id, opening));
      return { connection, isNew: true };
    } catch (error) {
      this.#forget(ref.id, opening);
      throw error;
    }
  }

  /** Ends the kept connection of a machine, where there is one: it did not do. */
  async drop(machineId: string): Promise<void> {
    const link = this.#links.get(machineId);
    if (!link) return;
    this.#forget(machineId, link);
    await end(link);
  }

  async close(): Promise<void> {
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all(links.map(end));
  }

  async #connect(ref: { readonly id: string; readonly teamId: string }, signal: AbortSignal): Promise<SshConnection> {
    const runtime = this.#runtime();
    return countSsh('admission', await openHost(runtime, await loadMachine(runtime, ref), signal));
  }

  #touch(machineId: string, link: Promise<SshConnection>): void {
    this.#links.delete(machineId);
    this.#links.set(machineId, link);
    const [oldest] = this.#links.keys();
    if (this.#links.size > linksMax && oldest !== undefined) void this.drop(oldest);
  }

  #forget(machineId: string, link: Promise<SshConnection>): void {
    if (this.#links.get(machineId) === link) this.#links.delete(machineId);
  }
}

// A link that could not be opened has told its own caller.
const end = (link: Promise<SshConnection>): Promise<void> =>
  link.then((connection) => connection.close()).catch(() => undefined);
