import '@/lib/field-meta';
import type { z } from 'zod';

import type { StepLog } from '@/lib/step-log';
import type { Clock } from '@/server/clock/clock';
import type { CommandRunner } from '@/server/ssh/command-runner';

import type { ResourceLedger } from './ledger';

/** A drawing that the console has for a driver's card. */
export type DriverIcon = 'server' | 'cloud' | 'hypervisor' | 'simulation';

/** The verbs that a platform may lack. */
export const optionalVerbs = ['start', 'stop', 'restart', 'kill'] as const;
export type OptionalVerb = (typeof optionalVerbs)[number];

/** `absent`: the provider does not know the machine. `unreachable`: nobody can tell. */
export type ObservedState = 'starting' | 'running' | 'stopping' | 'stopped' | 'unreachable' | 'absent';

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
  /** Why the state is what it is, where that is not plain: one sentence. */
  readonly reason?: string;
}

/** What options and state tell about a machine without asking anybody. */
export interface MachineTarget {
  readonly address: string | null;
  readonly enginePort: number;
  /** Null where the console never signs in, or while the address is not known. */
  readonly ssh: SshAccess | null;
}

export interface DriverContext {
  readonly machine: { readonly id: string; readonly name: string; readonly teamSlug: string };
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly ledger: ResourceLedger;
  /** Signs in to the machine, for verbs that act through its own operating system. */
  readonly host?: () => Promise<CommandRunner>;
}

export interface CreateContext<State> extends DriverContext {
  /** Stores what was learnt, at once: a crash right after it loses nothing. Merges into the state. */
  checkpoint(patch: Partial<State>): Promise<void>;
}

/**
 * One platform that machines can live on. `Options` is what a member fills in, `State` the ids that the driver keeps.
 * Both are strict objects whose fields carry FieldMeta; they draw the form, validate on the server and generate the docs.
 *
 * Every verb takes parsed options and state, stops at `ctx.signal`, and throws AppError. `create` may be called again
 * with the state of its last checkpoint and goes on there. `remove` is idempotent and works from any checkpoint, also
 * from none. A verb that the platform lacks is absent, and `unsupported` says why.
 */
export interface DriverDefinition<Options extends z.ZodObject, State extends z.ZodObject> {
  readonly label: string;
  readonly description: string;
  /** What one has to have before, in one sentence. */
  readonly needs: string;
  readonly icon: DriverIcon;
  /** `development` drivers are offered only where the settings allow them. */
  readonly availability: 'production' | 'development';
  /** `ssh`: the console signs in and installs the engine. `none`: there is no host to sign in to. */
  readonly provisioning: 'ssh' | 'none';
  readonly options: Options;
  readonly state: State;
  /** Why each verb that is absent is absent: one sentence each. */
  readonly unsupported: Readonly<Partial<Record<OptionalVerb, string>>>;
  /** Pure. With `state` empty it is what is known before the machine is made. */
  target(options: z.output<Options>, state: z.output<State>): MachineTarget;
  /** Finds reasons to refuse before anything is made. Changes nothing. */
  precheck?(ctx: DriverContext, options: z.output<Options>): Promise<void>;
  create(ctx: CreateContext<z.output<State>>, options: z.output<Options>, state: z.output<State>): Promise<void>;
  /** Asks the provider now. */
  observe(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<Observation>;
  start?(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
  stop?(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
  restart?(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
  kill?(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
  remove(ctx: DriverContext, options: z.output<Options>, state: z.output<State>): Promise<void>;
}

/** A driver whose options and state types are kept inside: callers parse with its schemas and hand the result back. */
export type Driver = DriverDefinition<z.ZodObject, z.ZodObject>;

export const defineDriver = <Options extends z.ZodObject, State extends z.ZodObject>(
  driver: DriverDefinition<Options, State>,
): Driver => driver as unknown as Driver;
