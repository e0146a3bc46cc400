import { listOf, textOf, textsOf, type Wire, wireOf } from './wire.test-support';

/** What the double answers instead of doing what it was asked for. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type Tags = Record<string, string>;

interface Thing {
  readonly id: string;
  readonly tags: Tags;
  readonly madeAt: number;
}

export interface KeyPairThing extends Thing {
  readonly name: string;
  readonly publicKey: string;
}

export interface Permission {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly string[];
  readonly groups: readonly string[];
}

export interface GroupThing extends Thing {
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
  permissions: Permission[];
}

export interface InstanceThing extends Thing {
  readonly token: string;
  readonly launch: string;
  readonly type: string;
  readonly subnetId: string;
  readonly groups: readonly string[];
  readonly keyName: string | undefined;
  readonly hasPublic: boolean;
  readonly hasIpv6: boolean;
  readonly spotRequestId: string | undefined;
  readonly privateAddress: string;
  publicAddress: string;
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  /** When the state that it is moving to is reached. */
  until: number;
  reason: { code: string; message: string } | undefined;
}

export interface SpotThing extends Thing {
  readonly instanceId: string;
  readonly type: string;
  state: string;
  status: string;
}

/** How long things take, in milliseconds of the double's own time. */
export interface Delays {
  settleMs: number;
  bootMs: number;
  stopMs: number;
  terminateMs: number;
  detachMs: number;
}

const next = { pending: 'running', stopping: 'stopped', 'shutting-down': 'terminated' } as const;

/** What is in one account in one region, and how it moves on with time. */
export class Ec2Account {
  now = Date.parse('2026-01-01T00:00:00Z');
  /** Whose it is, as STS tells it. */
  owner = '123456789012';
  readonly delays: Delays = { settleMs: 3000, bootMs: 8000, stopMs: 6000, terminateMs: 9000, detachMs: 5000 };
  readonly keyPairs: KeyPairThing[] = [];
  readonly groups: GroupThing[] = [];
  readonly instances: InstanceThing[] = [];
  readonly spotRequests: SpotThing[] = [];
  /** Does what it is asked for also where that says `DryRun`, as some private clouds do. */
  ignoresDryRun = false;
  /** Public addresses are taken from here, in turn. */
  addresses: () => string;
  #count = 0;

  constructor() {
    let host = 0;
    this.addresses = () => `198.51.100.${(host += 1)}`;
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count.toString(16).padStart(17, '0')}`;
  }

  isSettled = ({ madeAt }: Thing): boolean => this.now >= madeAt + this.delays.settleMs;

  move(): void {
    for (const instance of this.instances) {
      if (!(instance.state in next) || this.now < instance.until) continue;
      const reached = next[instance.state as keyof typeof next];
      if (reached === 'stopped') instance.publicAddress = '';
      if (reached === 'running' && instance.hasPublic && instance.publicAddress === '') {
        instance.publicAddress = this.addresses();
      }
      instance.state = reached;
    }
  }

  /** Things are there until their instance is gone; as anybody would see them who waits long enough. */
  things() {
    const alive = this.instances.filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
    const open = this.spotRequests.filter(
      ({ state }) => state === 'active' || state === 'open' || state === 'disabled',
    );
    return [
      ...this.groups.map(({ id, name }) => ({ kind: 'security-group', name, providerId: id })),
      ...this.keyPairs.map(({ id, name }) => ({ kind: 'key-pair', name, providerId: id })),
      ...open.map(({ id, tags }) => ({ kind: 'spot-request', name: tags['Name'] ?? '', providerId: id })),
      ...alive.map(({ id, tags }) => ({ kind: 'instance', name: tags['Name'] ?? '', providerId: id })),
    ];
  }

  usesGroup = (groupId: string): boolean =>
    this.instances.some(
      ({ groups, state, until }) =>
        groups.includes(groupId) && (state !== 'terminated' || this.now < until + this.delays.detachMs),
    );
}

/** The tags that a request gives to things of one type. */
export const tagsFor = (request: Wire, type: string): Tags => {
  const specifications = listOf(request['TagSpecification']).map(wireOf);
  const own = specifications.find((one) => one['ResourceType'] === type);
  return Object.fromEntries(
    listOf(own?.['Tag']).map((tag) => [textOf(wireOf(tag)['Key']), textOf(wireOf(tag)['Value'])]),
  );
};

export const tagSet = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }));

type Values = (name: string) => readonly string[] | undefined;

const pattern = (text: string) =>
  new RegExp(
    `^${text
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** Whether a thing passes the filters of a request. Throws InvalidParameterValue for a filter that is unknown. */
export function passes(request: Wire, tags: Tags, values: Values): boolean {
  return listOf(request['Filter']).every((one) => {
    const filter = wireOf(one);
    const name = textOf(filter['Name']);
    const own = name.startsWith('tag:') ? [tags[name.slice(4)] ?? ''] : values(name);
    if (!own) throw new Fault('InvalidParameterValue', `The filter '${name}' is invalid`);
    return textsOf(filter['Value']).some((wanted) => own.some((value) => pattern(wanted).test(value)));
  });
}
