import type { ProvisionContext } from '../context';
import type { EngineSettings } from '../engine-settings';
import type { HostOwner } from '../host-owner';
import type { HostFolder } from '../host/files';
import type { EngineRestart, EngineRestartInput } from './restart-engine';
import type { Serving } from './serving';

export interface ConfigureEngineInput {
  readonly settings: EngineSettings;
  readonly port: number;
  /** Default false. True: the engine listens on its unix socket alone, and a gate serves the port. */
  readonly isGated?: boolean;
  /** The host comes into a swarm next. Left out: it is in one where its engine says so. */
  readonly joinsSwarm?: boolean;
}

export interface EngineConfigured {
  readonly changed: boolean;
  /** How the port is served; see docs/adr/0008-engine-port.md. */
  readonly servedBy: Serving['way'];
  /** Whether the unit's own command line had to be replaced. */
  readonly replacesCommandLine: boolean;
}

/** Where the engine reads who it is and whom it trusts. Absolute. */
export interface TlsPlaces {
  /** Made where they are missing. */
  readonly folders: readonly HostFolder[];
  readonly trust: string;
  readonly certificate: string;
  readonly key: string;
}

/** How a family of systems keeps its engine: its files, its settings, its start. Everything that a package manager does not do. */
export interface EngineKeeper {
  readonly tls: TlsPlaces;
  /** Keeps what the host is like before the first change. Idempotent. */
  backUp(ctx: ProvisionContext, owner: HostOwner): Promise<{ made: boolean }>;
  /** Sets the host's name, for good. Idempotent. */
  setHostName(ctx: ProvisionContext, input: { name: string }): Promise<{ former: string }>;
  /**
   * Writes the settings, so that the engine demands client certificates on its port at its next start. Nothing is restarted.
   * Throws provision.engine-config-invalid before any file is changed. Idempotent.
   */
  configure(ctx: ProvisionContext, input: ConfigureEngineInput): Promise<EngineConfigured>;
  /**
   * Makes the engine run with the files that are on the host now, its containers untouched, and waits until it answers. One that
   * runs with them is left alone. Throws provision.engine-start-failed with the reason from its log.
   */
  restart(ctx: ProvisionContext, input: EngineRestartInput): Promise<EngineRestart>;
  /** Puts back what backUp has kept, where the family has no units and packages that would have to be put back too. Idempotent. */
  restore?(ctx: ProvisionContext): Promise<void>;
}
