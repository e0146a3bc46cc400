import { setMaxListeners } from 'node:events';

import { Slots } from '@/server/admission/slots';
import type { Clock } from '@/server/clock/clock';
import type { Log } from '@/server/log/log';

import { firstLookInMs, nextLookInMs, pendingEveryMs, pingEveryMs, pingLateMs, quickLookMs } from './schedule';
import { type KeptLink, type RosterRow, WatchedMachine } from './watched-machine';

/** What a look has found. */
export interface Sight {
  /** The engine answers. */
  readonly isUp: boolean;
  /** Over which connection, for keeping. */
  readonly link: KeptLink | null;
  /** Writes it down. Out: whether the machine is still one to watch. */
  readonly store: () => Promise<boolean>;
}

export interface LookOptions {
  readonly isQuick: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What the fleet is watched with. */
export interface FleetTools {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** From 0 up to 1. */
  readonly dice: () => number;
  /** The machines that this process looks after now. */
  readonly readRoster: () => Promise<readonly RosterRow[]>;
  readonly look: (row: RosterRow, options: LookOptions) => Promise<Sight>;
  readonly touch: (ids: { checked: readonly string[]; seen: readonly string[] }) => Promise<void>;
  /** A machine is gone, or somebody else's. */
  readonly forget: (machineId: string) => void;
}

const timeoutOf = ({ downSinceMs, isNew, patience }: WatchedMachine, isQuick: boolean): number => {
  if (isNew) return fullLookMs;
  if (isQuick) return quickLookMs * patience;
  return downSinceMs === null ? fullLookMs : Math.min(fullLookMs, downLookMs * patience);
};

// A sign-in to each of a thousand hosts takes minutes of work, and until then nobody would know how they are.
const mayWait = ({ row }: WatchedMachine): boolean => !row.isPending && !row.hasLease;

// Signals that are made from one that lives as long as the process stay with it: each look gets one of its own.
const withOwnSignal = async (signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const own = new AbortController();
  const end = () => own.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    await work(own.signal);
  } finally {
    signal.removeEventListener('abort', end);
  }
};

const rosterEveryMs = 2000;
const touchEveryMs = 15_000;
const touchAfterMs = 60_000;
const fullLookMs = 10_000;
/** Of one that is down: most of these end with nobody there. */
const downLookMs = 4000;
/** Handshakes and pushes cost processor time: more at once would only wait for each other. */
const looksAtOnce = 24;
/** Looks at those that are down, or may be, mostly wait for somebody who does not answer. */
const waitingLooksAtOnce = 96;
/** A process that comes to its rounds later than this is busy itself, and grants others the same. */
const roundEveryMs = 500;
const lagMaxMs = 5000;

/**
 * Watches many machines with little: a connection to each engine is kept and asked every two seconds whether it is still
 * there; one that ends or is late leads to a quick look at once, and about once a minute each machine gets a full look. All
 * of it is spread over time, and nothing is kept but in memory.
 */
export class Fleet {
  readonly #tools: FleetTools;
  readonly #signal: AbortSignal;
  readonly #machines = new Map<string, WatchedMachine>();
  readonly #looks = new Slots(looksAtOnce);
  readonly #waitingLooks = new Slots(waitingLooksAtOnce);
  readonly #underWay = new Set<Promise<void>>();
  #rosterAtMs = Number.NEGATIVE_INFINITY;
  #touchedAtMs = 0;
  #roundAtMs = Number.POSITIVE_INFINITY;
  /** By how much this process is behind. */
  #lagMs = 0;

  constructor(tools: FleetTools, signal: AbortSignal) {
    this.#tools = tools;
    this.#signal = signal;
    // Every look under way listens to it.
    setMaxListeners(0, signal);
  }

  get size(): number {
    return this.#machines.size;
  }

  /** One step: begins what is due. To be called a few times a second. Throws where the roster cannot be read. */
  async round(): Promise<void> {
    const nowMs = this.#nowMs();
    this.#lagMs = Math.min(lagMaxMs, Math.max(0, nowMs - this.#roundAtMs - roundEveryMs));
    this.#roundAtMs = nowMs;
    if (nowMs - this.#rosterAtMs >= rosterEveryMs) {
      this.#rosterAtMs = nowMs;
      this.#takeOver(await this.#tools.readRoster());
    }
    if (nowMs - this.#touchedAtMs >= touchEveryMs) {
      this.#touchedAtMs = nowMs;
      await this.#touch(nowMs);
    }
    for (const machine of this.#machines.values()) {
      if (nowMs >= machine.nextLookMs && !machine.isLooking) this.#begin(this.#look(machine));
      else if (machine.link && nowMs >= machine.nextPingMs && !machine.isPinging) this.#begin(this.#ping(machine));
    }
  }

  /** Closes the kept connections, once what is under way has ended. */
  async close(): Promise<void> {
    await this.settled();
    for (const machine of this.#machines.values()) machine.keep(null);
    this.#machines.clear();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #nowMs(): number {
    return this.#tools.clock.now().getTime();
  }

  #begin(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  #takeOver(rows: readonly RosterRow[]): void {
    const nowMs = this.#nowMs();
    const gone = new Set(this.#machines.keys());
    const fresh = rows.filter((row) => !this.#machines.has(row.id));
    for (const row of rows) {
      gone.delete(row.id);
      const known = this.#machines.get(row.id);
      if (!known) continue;
      known.row = row;
      if (row.isPending) known.nextLookMs = Math.min(known.nextLookMs, nowMs + pendingEveryMs);
    }
    for (const row of fresh) {
      const inMs = firstLookInMs(fresh.length, this.#tools.dice());
      this.#machines.set(row.id, new WatchedMachine(row, nowMs + inMs));
    }
    for (const id of gone) this.#leave(id);
  }

  #leave(id: string): void {
    this.#machines.get(id)?.keep(null);
    this.#machines.delete(id);
    this.#tools.forget(id);
  }

  async #look(machine: WatchedMachine): Promise<void> {
    machine.isLooking = true;
    const isDown = machine.downSinceMs !== null;
    const isQuick = machine.isNew ? mayWait(machine) : machine.isSuspected && !isDown;
    try {
      await ((isQuick && !machine.isNew) || isDown ? this.#waitingLooks : this.#looks).use(() =>
        withOwnSignal(this.#signal, (signal) => this.#lookNow(machine, { isQuick, signal })),
      );
    } catch (err) {
      if (!this.#signal.aborted) {
        this.#tools.log.warn({ err, machineId: machine.row.id }, 'a machine could not be looked at');
      }
      this.#plan(machine);
    } finally {
      machine.isLooking = false;
    }
  }

  async #lookNow(
    machine: WatchedMachine,
    { isQuick, signal }: { readonly isQuick: boolean; readonly signal: AbortSignal },
  ): Promise<void> {
    const { row } = machine;
    const beganAtMs = this.#nowMs();
    // It has answered while this look waited for its turn: with many late at once it is the way that is slow.
    if (isQuick && !machine.isNew && !machine.isSuspected) return;
    const sight = await this.#tools.look(row, {
      isQuick,
      timeoutMs: timeoutOf(machine, isQuick) + this.#lagMs,
      signal,
    });
    const isOurs = this.#machines.get(row.id) === machine;
    if (!isOurs || signal.aborted) return sight.link?.close();
    // It answered while it was looked for: it is slow, and not down.
    const isDoubtful = isQuick && !sight.isUp && machine.link !== null && machine.answeredAtMs >= beganAtMs;
    // After a first look in a hurry the full ones begin anywhere in their interval.
    const share = machine.isNew && isQuick && sight.isUp ? this.#tools.dice() : 1;
    machine.found(sight.isUp || isDoubtful, { isQuick, nowMs: this.#nowMs() });
    if (!isDoubtful) this.#keep(machine, sight.link);
    this.#plan(machine, share);
    if (!isDoubtful && !(await sight.store())) machine.keep(null);
    machine.touchedAtMs = machine.touchedAtMs || this.#nowMs();
  }

  #keep(machine: WatchedMachine, link: KeptLink | null): void {
    machine.keep(link);
    machine.isPinging = false;
    machine.nextPingMs = this.#nowMs() + Math.round(pingEveryMs * this.#tools.dice());
    link?.onEnd(() => {
      if (machine.link !== link) return;
      machine.keep(null);
      machine.suspect(this.#nowMs());
    });
  }

  #plan(machine: WatchedMachine, share = 1): void {
    const nowMs = this.#nowMs();
    machine.nextLookMs = nowMs + share * nextLookInMs(machine.course, { nowMs, dice: this.#tools.dice() });
  }

  async #ping(machine: WatchedMachine): Promise<void> {
    const { link } = machine;
    if (!link) return;
    machine.isPinging = true;
    machine.nextPingMs = this.#nowMs() + pingEveryMs;
    const endLate = this.#whenLate(pingLateMs * machine.patience + this.#lagMs, () => {
      if (machine.link === link) machine.suspect(this.#nowMs());
    });
    try {
      const isUp = await link.ping();
      if (machine.link !== link) return;
      if (isUp) this.#answered(machine);
      else machine.suspect(this.#nowMs());
    } catch {
      // Allowed to fail: the look that follows tells why.
      if (machine.link === link) machine.suspect(this.#nowMs());
    } finally {
      endLate();
      if (machine.link === link) machine.isPinging = false;
    }
  }

  #answered(machine: WatchedMachine): void {
    const nowMs = this.#nowMs();
    machine.answeredAtMs = nowMs;
    if (!machine.isSuspected) return;
    machine.clear(nowMs + nextLookInMs(machine.course, { nowMs, dice: this.#tools.dice() }));
  }

  #whenLate(ms: number, late: () => void): () => void {
    let isOver = false;
    const timer = setTimeout(() => {
      // After a pause of this very process the answers lie there already: they are read first.
      setImmediate(() => {
        if (!isOver) late();
      });
    }, ms);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  async #touch(nowMs: number): Promise<void> {
    const stale = [...this.#machines.values()].filter(
      ({ touchedAtMs }) => touchedAtMs > 0 && nowMs - touchedAtMs >= touchAfterMs,
    );
    for (const machine of stale) machine.touchedAtMs = nowMs;
    const idsOf = (machines: readonly WatchedMachine[]) => machines.map(({ row }) => row.id);
    await this.#tools.touch({ checked: idsOf(stale), seen: idsOf(stale.filter((one) => one.downSinceMs === null)) });
  }
}
