import '@/lib/field-meta';
import type { z } from 'zod';

import type { Choice } from '@/lib/choice';
import type { ImageArchitecture, ImageFormat, ImageSystem } from '@/lib/image';
import type { StepLog } from '@/lib/step-log';
import type { Clock } from '@/server/clock/clock';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import type { CommandRunner } from '@/server/ssh/command-runner';

import type { ResourceLedger } from './ledger';

/** A drawing that the console has for a driver's card. */
export type DriverIcon = 'server' | 'cloud' | 'hypervisor' | 'simulation';

/** The verbs that a platform may lack. */
export const optionalVerbs = ['start', 'stop', 'restart', 'kill', 'pause', 'save'] as const;
export type OptionalVerb = (typeof optionalVerbs)[number];

/** `absent`: the provider does not know the machine. `unreachable`: nobody can tell. */
export type ObservedState =
  | 'starting'
  | 'running'
  | 'stopping'
  | 'stopped'
  | 'paused'
  | 'saved'
  | 'unreachable'
  | 'absent';

export interface SshEndpointOfMachine {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** How the console signs in to a host. */
export interface SshAccess extends SshEndpointOfMachine {
  /** Id of one of the team's SSH keys. */
  readonly keyId: string;
  readonly sudoPassword?: string;
}

export interface Observation {
  readonly state: ObservedState;
  /** Host name or IP address that clients connect to; null while the provider has given none. */
  readonly address: string | null;
  readonly ssh: SshEndpointOfMachine | null;
  /** Why the state is what it is, where that is not plain, or what is about to become of a running machine: one sentence. */
  readonly reason?: string;
  /**
   * What the driver's state has to follow because it changed at the provider: the address that the machine has now. Left out
   * where the state says so already.
   */
  readonly learnt?: Readonly<Record<string, unknown>>;
}

/** What options and state tell about a machine without asking anybody. */
export interface MachineTarget {
  readonly address: string | null;
  readonly enginePort: number;
  /** Null where the console never signs in, or while the address is not known. */
  readonly ssh: SshAccess | null;
  /** The hypervisor host from which alone its address and its SSH are reached; left out: the console reaches them itself. */
  readonly via?: string;
}

/** Half of an SSH key pair that the console has made for one machine. */
export interface MachineKey {
  /** Id of the SSH key; what `SshAccess.keyId` takes. */
  readonly id: string;
  /** One line for authorized_keys. */
  readonly publicKey: string;
}

/** An image of the team's library on a hypervisor host. */
export interface PlacedImage {
  /** Absolute path on the hypervisor host; read only. */
  readonly path: string;
  readonly system: ImageSystem;
  readonly format: ImageFormat;
  readonly architecture: ImageArchitecture;
  readonly sizeBytes: number;
}

/** What the installation and the team lay down for machines in clouds. */
export interface Site {
  /** CIDR blocks that the team lets reach its machines, beside the console itself. */
  allowedSources(): Promise<readonly string[]>;
  /** CIDR blocks that the console's own calls come from; empty where nobody has said. */
  readonly ownSources: readonly string[];
  /** Whether the team may act with the cloud identity of the console's own server. */
  readonly mayUseServerIdentity: boolean;
}

/** What any call to a provider needs, whether it is about one machine or about all of a team. */
export interface ProviderContext {
  /** Its id marks what is made for it, since no other installation has the same. */
  readonly team: { readonly id: string; readonly slug: string };
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The console's data folder (absolute), for drivers that keep files: in a folder of their own, made at its first use. */
  readonly dataDir: string;
  /** Absent where there is no installation around the call. */
  readonly site?: Site;
  /** Opens one of the team's hypervisor hosts, by its id; kept until the call ends. Throws hypervisor.not-found, driver.unreachable. */
  hypervisor(id: string): Promise<Hypervisor>;
  /** The values of one of the team's credentials, by its id, as `credential` of the driver parses them. Throws credential.not-found. */
  credential(id: string): Promise<Record<string, unknown>>;
}

export interface DriverContext extends ProviderContext {
  readonly machine: { readonly id: string; readonly name: string };
  readonly ledger: ResourceLedger;
  /** One line for authorized_keys of one of the team's SSH keys, by its id; null where it is gone. Absent outside of the console. */
  readonly publicKey?: (sshKeyId: string) => Promise<string | null>;
  /** Signs in to the machine, for verbs that act through its own operating system. */
  readonly host?: () => Promise<CommandRunner>;
}

/** What a verb gets that may learn something about the machine which has to be kept. */
export interface ChangeContext<State> extends DriverContext {
  /** Stores what was learnt, at once: a crash right after it loses nothing. Merges into the state. */
  checkpoint(patch: Partial<State>): Promise<void>;
}

export interface CreateContext<State> extends ChangeContext<State> {
  /** The machine's own SSH key: the same one at each call, gone with the machine. */
  sshKey(): Promise<MachineKey>;
  /**
   * Puts an image of the team's library on the hypervisor host, where it is not there yet: fetched, checked and sent with its
   * progress in the log. Throws image.not-found, image.not-ready, provision.disk-full.
   */
  placeImage(imageId: string, hypervisor: Hypervisor): Promise<PlacedImage>;
}

/** A thing as its provider tells of it. */
export interface ProviderThing {
  /** In the words of the ledger: "instance", "key-pair". */
  readonly kind: string;
  readonly name: string;
  readonly providerId: string;
  /** The machine that its tag or name says it was made for; null where it says none. */
  readonly machineId: string | null;
  /** What it is, for whoever decides about it: size, state, region. */
  readonly description?: string;
}

/** A thing to be removed: by its id, or where that was never learnt by the tag that its kind and name give. */
export interface UnwantedThing {
  readonly kind: string;
  readonly name: string;
  readonly providerId: string | null;
  readonly machineId: string | null;
}

/**
 * What a driver has at its provider, told by the provider itself and not by the ledger, so that both can be compared.
 * Everything that `create` makes carries a tag (where the provider has none: a name) with the team's and the machine's id.
 */
export interface ProviderAccount<Options> {
  /** Names the account and region that the options reach: where two give the same key, one inventory serves both. Pure. */
  key(options: Options): string;
  /** Everything there that carries the team's tag: of one machine, or with `machineId` null of all, also unknown ones. */
  inventory(ctx: ProviderContext, options: Options, machineId: string | null): Promise<readonly ProviderThing[]>;
  /** Removes one thing. Idempotent: one that is not there is removed. */
  discard(ctx: ProviderContext, options: Options, thing: UnwantedThing): Promise<void>;
}

/** Asks the provider what an option can be now, with what has been entered so far. Throws as a verb does. */
export type LiveChoices = (
  ctx: ProviderContext,
  options: Readonly<Record<string, unknown>>,
) => Promise<readonly Choice[]>;

/** Who a credential is, for people; `account` is the same for every credential that reaches the same things, and for no other. */
export type CredentialIdentity = Readonly<Record<string, string>> & { readonly account: string };

export interface CredentialDefinition {
  /** A strict object whose fields carry FieldMeta, as the options do. */
  readonly schema: z.ZodObject;
  /** Asks the provider who this is. Throws as a verb does. */
  check(ctx: ProviderContext, values: Record<string, unknown>): Promise<CredentialIdentity>;
}

/**
 * What the page in docs/drivers says beside the options: sentences in Markdown, at least one each. A single one is a
 * paragraph, several are a list.
 */
export interface DriverDocs {
  /** What the console, or its account at the provider, has to be allowed to do. */
  readonly permissions: readonly string[];
  /** What of a machine is paid for, and what of it goes on costing while the machine is stopped. */
  readonly costs: readonly string[];
  /** What Remove takes back, and what it leaves, and why. */
  readonly removal: readonly string[];
  /** What its tests run against. */
  readonly testing: readonly string[];
  /** Sections of its own, in Markdown: a policy to copy, a table of calls. */
  readonly sections?: readonly { readonly title: string; readonly markdown: string }[];
}

/**
 * One platform that machines can live on. `Options` is what a member fills in, `State` the ids that the driver keeps.
 * Both are strict objects whose fields carry FieldMeta; they draw the form, validate on the server and generate the docs.
 *
 * Every verb takes parsed options and state, stops at `ctx.signal`, and throws AppError. `start` and `restart` return once the
 * machine runs, and checkpoint the address that it has now; `start` also goes on with what was paused or saved, `stop` lets what is
 * paused shut down, and `kill` discards what was saved. `create` may be called again with the state of its last checkpoint and goes
 * on there. `remove` is idempotent and works from any checkpoint, also from none. A verb that the platform lacks is absent, and
 * `unsupported` says why. Where the provider itself cannot be
 * reached every verb throws driver.unreachable, and nothing else does: a removal is then tried again later.
 */
export interface DriverDefinition<Options extends z.ZodObject, State extends z.ZodObject> {
  readonly label: string;
  readonly description: string;
  /** What one has to have before, in one sentence. */
  readonly needs: string;
  readonly icon: DriverIcon;
  /** `development` drivers are offered only where the settings allow them. */
  readonly availability: 'production' | 'development';
  /** Absent for drivers for development only. */
  readonly docs?: DriverDocs;
  /** `ssh`: the console signs in and installs the engine. `none`: there is no host to sign in to. */
  readonly provisioning: 'ssh' | 'none';
  /** Why no gate can run on the machines of this driver: one sentence. Left out where their system decides. */
  readonly noGate?: string;
  /** Why the engine of these machines cannot be changed to another version: one sentence. Left out where their system decides. */
  readonly noUpgrade?: string;
  readonly options: Options;
  /**
   * What a member enters once for an account at the provider; the team keeps it, sealed, and an option with the widget
   * `credential` names it. Absent where the driver needs none.
   */
  readonly credential?: CredentialDefinition;
  /** Live choices of the options that have `live` in their metadata, by the option's name. */
  readonly choices?: Readonly<Record<string, LiveChoices>>;
  readonly state: State;
  /** Why each verb that is absent, and the account, is absent: one sentence each. */
  readonly unsupported: Readonly<Partial<Record<OptionalVerb | 'account', string>>>;
  /** Absent where the driver makes nothing outside of the host; `unsupported.account` says so. */
  readonly account?: ProviderAccount<z.output<Options>>;
  /**
   * Whether the provider may take a machine with these options away by itself, and says so before: it is then asked at each
   * look, also about a machine that answers, and the reason that it gives is shown. Pure.
   */
  mayBeTakenAway?(options: z.output<Options>): boolean;
  /** Pure. With `state` empty it is what is known before the machine is made. */
  target(options: z.output<Options>, state: z.output<State>): MachineTarget;
  /** What keeps a machine with these options from reaching the other nodes of a swarm: a sentence for each option. Pure. */
  swarmFaults?(options: z.output<Options>): Readonly<Record<string, string>>;
  /**
   * Finds reasons to refuse before anything is made, input.invalid at its fields where other values would do; what it logs is
   * shown in the check of the form. Changes nothing.
   */
  precheck?(ctx: DriverContext, options: z.output<Options>): Promise<void>;
  /**
   * Returns once the machine is made and its address is known. Where the console signs in, it waits until the host has booted;
   * with an `account` only, since an address that somebody entered may be wrong.
   */
  create(ctx: CreateContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  /** Asks the provider now. */
  observe(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<Observation>;
  start?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  stop?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  restart?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  kill?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  /** Lets the machine stand still in memory. */
  pause?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  /** Writes its memory to disk and switches it off; `start` goes on from there. */
  save?(ctx: ChangeContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  remove(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
}

/** A driver whose options and state types are kept inside: callers parse with its schemas and hand the result back. */
export type Driver = DriverDefinition<z.ZodObject, z.ZodObject>;

export const defineDriver = <Options extends z.ZodObject, State extends z.ZodObject>(
  driver: DriverDefinition<Options, State>,
): Driver => driver as unknown as Driver;
