import type { MachineState } from '@/lib/machine';

import type { Course } from './schedule';

/** The connection that is kept to a machine's engine. */
export interface KeptLink {
  ping(): Promise<boolean>;
  onEnd(listener: () => void): void;
  close(): void;
}

/** A machine as the roster has it. */
export interface RosterRow {
  readonly id: string;
  readonly teamId: string;
  readonly state: MachineState;
  readonly isPending: boolean;
  readonly hasLease: boolean;
}

const patienceMax = 4;
/** After so many full looks without trouble a machine gets less time again. */
const calmLooks = 10;

/** What this process knows of a machine that it looks after. */
export class WatchedMachine {
  row: RosterRow;
  nextLookMs: number;
  nextPingMs = 0;
  /** It was not looked at yet by this process. */
  isNew = true;
  isLooking = false;
  isPinging = false;
  /** The next look only has to tell whether anybody is there. */
  isSuspected = false;
  downSinceMs: number | null = null;
  /** When the engine has last answered over the kept connection. */
  answeredAtMs = 0;
  /** When it was last written down that nothing has changed. */
  touchedAtMs = 0;
  /** By how much more time it gets than others, because it is slow and not down. */
  patience = 1;
  /** The last quick look found it down: was it? */
  #isOnTrial = false;
  #calm = 0;
  #link: KeptLink | null = null;

  constructor(row: RosterRow, nextLookMs: number) {
    this.row = row;
    this.nextLookMs = nextLookMs;
  }

  get link(): KeptLink | null {
    return this.#link;
  }

  get course(): Course {
    return { downSinceMs: this.downSinceMs, isPending: this.row.isPending, hasLease: this.row.hasLease };
  }

  /** Takes the place of the former connection, which is closed. */
  keep(link: KeptLink | null): void {
    this.#link?.close();
    this.#link = link;
  }

  /** Something is not as it was: it is looked at now. */
  suspect(nowMs: number): void {
    this.isSuspected = true;
    this.nextLookMs = Math.min(this.nextLookMs, nowMs);
  }

  /** It has answered after all. */
  clear(nextLookMs: number): void {
    this.isSuspected = false;
    this.nextLookMs = nextLookMs;
  }

  #learn(isUp: boolean): void {
    const wasSlow = isUp && this.#isOnTrial;
    this.#calm = isUp && !wasSlow ? this.#calm + 1 : 0;
    if (wasSlow) this.patience = Math.min(patienceMax, this.patience * 2);
    else if (this.#calm % calmLooks === 0 && this.#calm > 0) this.patience = Math.max(1, this.patience / 2);
  }

  /** Learns from a look. One that was found down in a hurry and is there at leisure gets more time from then on. */
  found(isUp: boolean, { isQuick, nowMs }: { readonly isQuick: boolean; readonly nowMs: number }): void {
    if (!isQuick) this.#learn(isUp);
    this.#isOnTrial = !isUp && isQuick;
    this.downSinceMs = isUp ? null : (this.downSinceMs ?? nowMs);
    this.isSuspected = false;
    this.isNew = false;
  }
}
