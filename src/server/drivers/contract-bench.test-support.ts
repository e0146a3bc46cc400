import { leapingClock } from '@/server/clock/leaping-clock.test-support';

import type { CreateContext, Driver, DriverContext } from './driver';
import { MemoryLedger } from './memory-ledger.test-support';

/** The other end of a driver's calls, as it is and not as the driver tells of it. */
export interface ProviderUnderTest {
  /** Everything that is there. */
  things(): Promise<readonly { readonly kind: string; readonly name: string; readonly providerId: string }[]>;
  /** Called before and after each call of the driver, with "before make instance" and the like; what it throws, the call throws. */
  onCall: (moment: string) => void | Promise<void>;
  /** Gives the machine another address while it runs. Absent where addresses stay. */
  readonly move?: () => Promise<void>;
}

/** What the shared suite needs to know of one driver. Each fixture is a world of its own. */
export interface DriverFixture {
  readonly driver: Driver;
  /** Input that makes a machine, with a value for each secret option. */
  readonly options: Record<string, unknown>;
  /** Absent where the driver makes nothing outside of the host. */
  readonly provider?: ProviderUnderTest;
  readonly dataDir?: string;
  readonly host?: DriverContext['host'];
  /** What the driver opens by the ids in its options. */
  readonly world?: World;
}

type World = Pick<CreateContext<Record<string, unknown>>, 'hypervisor' | 'credential' | 'placeImage' | 'sshKey'>;

const none = (what: string) => () => Promise.reject(new Error(`the fixture has no ${what}`));

/** Of drivers that need none of it. */
export const noWorld: World = {
  hypervisor: none('hypervisor host'),
  credential: none('credential'),
  placeImage: none('image'),
  sshKey: none('SSH key'),
};

/** What a process dies of in these tests. */
export class Crash extends Error {}

/** One machine of one driver, with a ledger and checkpoints that can crash. */
export class Bench {
  readonly ledger = new MemoryLedger();
  readonly lines: string[] = [];
  readonly stop = new AbortController();
  readonly fixture: DriverFixture;
  state: Record<string, unknown> = {};
  onCheckpoint: () => void = () => undefined;

  constructor(fixture: DriverFixture) {
    this.fixture = fixture;
  }

  get options(): Record<string, unknown> {
    return this.fixture.driver.options.parse(this.fixture.options);
  }

  get context(): CreateContext<Record<string, unknown>> {
    return {
      team: { id: 'team-1', slug: 'harbour' },
      machine: { id: 'machine-1', name: 'edge-1' },
      log: { info: (text) => this.lines.push(text), line: (_stream, text) => this.lines.push(text) },
      signal: this.stop.signal,
      clock: leapingClock(),
      ledger: this.ledger,
      dataDir: this.fixture.dataDir ?? '/nonexistent',
      ...(this.fixture.world ?? noWorld),
      ...(this.fixture.host && { host: this.fixture.host }),
      checkpoint: (patch) => {
        this.state = this.fixture.driver.state.parse({ ...this.state, ...patch });
        return Promise.resolve().then(() => this.onCheckpoint());
      },
    };
  }

  create = () => this.fixture.driver.create(this.context, this.options, this.state);
  observe = () => this.fixture.driver.observe(this.context, this.options, this.state);
  remove = () => this.fixture.driver.remove(this.context, this.options, this.state);

  inventory = (machineId: string | null) =>
    this.fixture.driver.account?.inventory(this.context, this.options, machineId) ?? Promise.resolve([]);

  /** What the ledger has and what the provider has, by kind. */
  async left(): Promise<{ readonly ledger: readonly string[]; readonly provider: readonly string[] }> {
    const [entries, things] = [await this.ledger.list(), (await this.fixture.provider?.things()) ?? []];
    return { ledger: entries.map(({ kind }) => kind).toSorted(), provider: things.map(({ kind }) => kind).toSorted() };
  }

  /** Lets the process die at the `nth` of the moments of one sort. */
  crashAt(sort: 'checkpoint' | 'ledger-write' | 'provider-call', nth: number): void {
    let moments = 0;
    const mayCrash = () => {
      moments += 1;
      if (moments === nth) throw new Crash();
    };
    if (sort === 'checkpoint') this.onCheckpoint = mayCrash;
    if (sort === 'ledger-write') this.ledger.onWrite = mayCrash;
    if (sort === 'provider-call' && this.fixture.provider) this.fixture.provider.onCall = mayCrash;
  }

  /** The process is started again: nothing crashes any more. */
  restart(): void {
    this.onCheckpoint = () => undefined;
    this.ledger.onWrite = () => undefined;
    if (this.fixture.provider) this.fixture.provider.onCall = () => undefined;
  }
}
