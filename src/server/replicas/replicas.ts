import 'server-only';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import type { Env } from '@/env';
import { version } from '@/lib/version';
import type { Clock } from '@/server/clock/clock';
import type { Database } from '@/server/db/database';
import type { Log } from '@/server/log/log';

import { keeperOf } from './share';

export type ReplicaRole = Env['role'];

/** The processes of one console, as each of them knows the others. Part of the Runtime. */
export interface Replicas {
  readonly self: { readonly id: string; readonly role: ReplicaRole };
  /**
   * Whether this process looks after a machine: of all replicas that work and are alive exactly one does, but for the
   * seconds after one came or went. Whatever follows from it must bear that two do, or none.
   */
  looksAfter(machineId: string): boolean;
}

const heartbeatMs = 3000;
/** A replica that has not been heard of for so long is taken for dead. */
const deadAfterMs = 12_000;
const forgottenAfterMs = 24 * 60 * 60 * 1000;

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly role: ReplicaRole;
}

/** Tells the others every few seconds that this process is alive, and learns who else is. */
export class HeartbeatReplicas implements Replicas {
  readonly self: { readonly id: string; readonly role: ReplicaRole };
  readonly #options: Options;
  #workers: readonly string[] = [];
  #beating: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  private constructor(options: Options) {
    this.#options = options;
    this.self = { id: randomUUID(), role: options.role };
  }

  static async join(options: Options): Promise<HeartbeatReplicas> {
    const replicas = new HeartbeatReplicas(options);
    const { prisma } = options.database;
    const now = options.clock.now();
    await prisma.replica.create({
      data: { ...replicas.self, host: hostname(), pid: process.pid, version, startedAt: now, heartbeatAt: now },
      select: { id: true },
    });
    await replicas.#learn();
    replicas.#beating = replicas.#beat();
    return replicas;
  }

  looksAfter(machineId: string): boolean {
    return keeperOf(this.#workers, machineId) === this.self.id;
  }

  /** Says that this process stops, so that its machines are taken over at once and not after its heartbeat is missed. */
  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#beating;
    const { database, clock } = this.#options;
    await database.prisma.replica.updateMany({ where: { id: this.self.id }, data: { stoppedAt: clock.now() } });
  }

  async #beat(): Promise<void> {
    const { clock, log } = this.#options;
    for (;;) {
      try {
        await clock.sleep(heartbeatMs, this.#stop.signal);
        await this.#sayAlive();
        await this.#learn();
      } catch (err) {
        if (this.#stop.signal.aborted) return;
        log.warn({ err }, 'the heartbeat could not be written; it is tried again');
      }
    }
  }

  async #sayAlive(): Promise<void> {
    const { database, clock } = this.#options;
    const now = clock.now();
    await database.prisma.replica.updateMany({ where: { id: this.self.id }, data: { heartbeatAt: now } });
    await database.prisma.replica.deleteMany({
      where: { heartbeatAt: { lt: new Date(now.getTime() - forgottenAfterMs) } },
    });
  }

  async #learn(): Promise<void> {
    const { database, clock } = this.#options;
    const rows = await database.prisma.replica.findMany({
      where: {
        role: { not: 'web' },
        stoppedAt: null,
        heartbeatAt: { gt: new Date(clock.now().getTime() - deadAfterMs) },
      },
      select: { id: true },
    });
    this.#workers = rows.map(({ id }) => id);
  }
}
