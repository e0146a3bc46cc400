import { afterEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../../../test/support/fake-clock';
import { Fleet, type LookOptions, type Sight } from './fleet';
import type { KeptLink, RosterRow } from './watched-machine';

const stepMs = 250;

class FakeLink implements KeptLink {
  readonly id: string;
  isOpen = true;
  pings = 0;
  answer: () => Promise<boolean> = () => Promise.resolve(true);
  #onEnd: () => void = () => undefined;
  constructor(id: string) {
    this.id = id;
  }
  ping(): Promise<boolean> {
    this.pings += 1;
    return this.answer();
  }
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }
  close(): void {
    this.isOpen = false;
  }
  end(): void {
    this.#onEnd();
  }
}

interface Looked {
  readonly id: string;
  readonly atMs: number;
  readonly isQuick: boolean;
}

/** A fleet whose network is in the hands of the test. */
class Scene {
  readonly clock = new FakeClock();
  readonly looked: Looked[] = [];
  readonly links = new Map<string, FakeLink>();
  readonly forgotten: string[] = [];
  readonly touched: string[] = [];
  readonly down = new Set<string>();
  rows: RosterRow[] = [];
  beforeSight: () => Promise<void> = () => Promise.resolve();
  readonly fleet: Fleet;
  readonly #beganAtMs = this.clock.now().getTime();
  #dice = 0;

  constructor() {
    this.fleet = new Fleet(
      {
        clock: this.clock,
        log: { warn: () => undefined },
        dice: () => (this.#dice = (this.#dice + 0.618) % 1),
        readRoster: () => Promise.resolve(this.rows),
        look: (row, options) => this.#look(row, options),
        touch: ({ checked }) => {
          this.touched.push(...checked);
          return Promise.resolve();
        },
        forget: (id) => this.forgotten.push(id),
      },
      new AbortController().signal,
    );
  }

  get nowMs(): number {
    return this.clock.now().getTime() - this.#beganAtMs;
  }

  watch(count: number, given: Partial<RosterRow> = {}): void {
    this.rows = Array.from({ length: count }, (_, index) => ({
      id: `m${index}`,
      teamId: 'team',
      state: 'running',
      isPending: false,
      hasLease: false,
      ...given,
    }));
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.fleet.round();
      await this.fleet.settled();
      this.clock.advance(stepMs);
    }
  }

  since(fromMs: number): Looked[] {
    return this.looked.filter(({ atMs }) => atMs >= fromMs);
  }

  async #look({ id }: RosterRow, { isQuick }: LookOptions): Promise<Sight> {
    this.looked.push({ id, atMs: this.nowMs, isQuick });
    await this.beforeSight();
    const isUp = !this.down.has(id);
    const link = isUp ? new FakeLink(id) : null;
    if (link) this.links.set(id, link);
    return { isUp, link, store: () => Promise.resolve(true) };
  }
}

let scene: Scene;
const begin = (count: number, given?: Partial<RosterRow>): Scene => {
  scene = new Scene();
  scene.watch(count, given);
  return scene;
};
afterEach(() => scene.fleet.close());

describe('a fleet that is well', () => {
  it('is looked at once a minute and asked every two seconds, spread over time', async () => {
    const { looked, links } = begin(1000);
    await scene.pass(16_000);
    expect(new Set(looked.map(({ id }) => id)).size).toBe(1000);
    const firstPings = [...links.values()].reduce((sum, { pings }) => sum + pings, 0);
    const fromMs = scene.nowMs;
    await scene.pass(120_000);
    const perSecond = new Map<number, number>();
    for (const { atMs } of scene.since(fromMs)) {
      const second = Math.floor(atMs / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(scene.since(fromMs).length).toBeGreaterThan(1800);
    expect(scene.since(fromMs).length).toBeLessThan(2300);
    // 17 a second on the average; in step they would be a thousand.
    expect(Math.max(...perSecond.values())).toBeLessThan(120);
    expect(firstPings).toBeGreaterThan(1000);
    expect([...links.values()].filter(({ isOpen }) => isOpen)).toHaveLength(1000);
  });

  it('is written down about once a minute, not at every look', async () => {
    const { touched } = begin(10, { hasLease: true });
    await scene.pass(5 * 60_000);
    expect(touched.length).toBeGreaterThanOrEqual(30);
    expect(touched.length).toBeLessThanOrEqual(50);
  });
});

describe('a machine of the fleet', () => {
  it('is looked at at once when its connection ends, and ever more rarely while it is down', async () => {
    const { down, links } = begin(1);
    await scene.pass(5000);
    down.add('m0');
    links.get('m0')?.end();
    const fromMs = scene.nowMs;
    await scene.pass(1000);
    expect(scene.since(fromMs)).toMatchObject([{ isQuick: true }]);
    expect((scene.since(fromMs)[0]?.atMs ?? 0) - fromMs).toBeLessThanOrEqual(stepMs);
    await scene.pass(30 * 60_000);
    const times = scene.since(fromMs).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps.slice(0, 8))).toBeLessThan(4500);
    expect(Math.max(...gaps)).toBeGreaterThan(50_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(67_000);
    expect(times.length).toBeLessThan(80);
  });

  it('is looked at every five seconds while its gate lags behind, also when it has long been down', async () => {
    const { down } = begin(1, { isPending: true });
    down.add('m0');
    await scene.pass(60 * 60_000);
    const fromMs = scene.nowMs;
    await scene.pass(60_000);
    expect(scene.since(fromMs).length).toBeGreaterThanOrEqual(11);
  });

  it('is looked at when it answers with an error, or not any more', async () => {
    const { links } = begin(1);
    await scene.pass(5000);
    const link = links.get('m0');
    if (link) link.answer = () => Promise.resolve(false);
    const fromMs = scene.nowMs;
    await scene.pass(3000);
    expect(scene.since(fromMs)[0]).toMatchObject({ isQuick: true });
    const next = links.get('m0');
    if (next) next.answer = () => Promise.reject(new Error('reset'));
    const laterMs = scene.nowMs;
    await scene.pass(3000);
    expect(scene.since(laterMs)[0]).toMatchObject({ isQuick: true });
  });

  it('is watched within two seconds of its creation, and no more once it is gone', async () => {
    begin(1);
    await scene.pass(5000);
    scene.rows = [...scene.rows, { id: 'new', teamId: 'team', state: 'running', isPending: false, hasLease: false }];
    const fromMs = scene.nowMs;
    await scene.pass(2250);
    expect(scene.since(fromMs).map(({ id }) => id)).toEqual(['new']);
    scene.rows = scene.rows.slice(1);
    await scene.pass(2250);
    expect(scene.forgotten).toEqual(['m0']);
    expect(scene.links.get('m0')?.isOpen).toBe(false);
    expect(scene.fleet.size).toBe(1);
  });

  it('is given up while it is looked at, without leaving a connection', async () => {
    begin(1);
    let finish = () => undefined as void;
    scene.beforeSight = () => new Promise((resolve) => (finish = resolve));
    await scene.fleet.round();
    scene.clock.advance(2000);
    await scene.fleet.round();
    scene.rows = [];
    scene.clock.advance(2000);
    await scene.fleet.round();
    finish();
    await scene.fleet.settled();
    expect(scene.links.get('m0')?.isOpen).toBe(false);
  });
});
