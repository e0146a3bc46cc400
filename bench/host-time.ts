import { SshConnection } from '@/server/ssh/connection';

type Interval = readonly [start: number, end: number];

/**
 * Notes when commands of the console were under way on a host, so that what is left of a job's time is the console's own:
 * its database, its certificates, and the sign-in. Milliseconds of performance.now().
 */
export class HostTime {
  #intervals: Interval[] = [];
  readonly #restore: () => void;

  constructor() {
    const methods = ['run', 'upload', 'read'] as const;
    const prototype = SshConnection.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const originals = methods.map((name) => [name, prototype[name]] as const);
    const note = (interval: Interval) => this.#intervals.push(interval);
    for (const [name, original] of originals) {
      if (!original) continue;
      prototype[name] = async function measured(this: unknown, ...args: unknown[]) {
        const start = performance.now();
        try {
          return await original.apply(this, args);
        } finally {
          note([start, performance.now()]);
        }
      };
    }
    this.#restore = () => {
      for (const [name, original] of originals) if (original) prototype[name] = original;
    };
  }

  reset(): void {
    this.#intervals = [];
  }

  /** Milliseconds during which at least one command was under way. */
  busyMs(): number {
    let busy = 0;
    let until = Number.NEGATIVE_INFINITY;
    for (const [start, end] of [...this.#intervals].sort((a, b) => a[0] - b[0])) {
      if (end <= until) continue;
      busy += end - Math.max(start, until);
      until = end;
    }
    return busy;
  }

  stop(): void {
    this.#restore();
  }
}
