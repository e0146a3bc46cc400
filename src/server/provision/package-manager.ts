import type { ShellScript } from '@/server/ssh/shell';

import type { ProvisionContext } from './context';
import type { EngineSource } from './engine-source';
import type { DockerRepository } from './provisioner';

/** A process that keeps the package manager from working. */
export interface LockHolder {
  readonly pid: number;
  /** Its command line, or its name where that cannot be read. */
  readonly command: string;
  readonly lockFile: string;
}

export interface EngineInstallRequest {
  readonly source: EngineSource;
  /** A version or the beginning of one ("28.0", "20.10.24"). */
  readonly version?: string | undefined;
  /** Null where Docker has no packages for the system. */
  readonly repository: DockerRepository | null;
  /** The system's own packages that make an engine, its own first. */
  readonly distributionPackages: readonly string[];
  /** Proxy variables for what is fetched (HTTP_PROXY, ...). */
  readonly environment: Environment;
}

export interface EngineInstallResult {
  /** True when this call installed or changed packages. */
  readonly changed: boolean;
  /** Version of the package that dockerd came from; empty when it came from no package. */
  readonly packageVersion: string;
}

/** What the host's own package sources offer of the engine that it has. */
export interface OfferedEngine {
  /** The package that dockerd came from, and its version. */
  readonly packageName: string;
  readonly installed: string;
  /** As the package manager writes them, newest first. */
  readonly versions: readonly string[];
}

export interface EngineChange {
  /** Version of the package before and after. The same where it was there already. */
  readonly before: string;
  readonly after: string;
}

type Environment = Readonly<Record<string, string>>;

export interface GateInstallResult {
  /** True when this call installed it. */
  readonly changed: boolean;
  /** HAProxy's own version ("2.6.12"). */
  readonly version: string;
}

/** What a package was added for. */
export type PackagePart = 'engine' | 'gate';

/** The package manager of a family of systems. */
export interface PackageManager {
  /** Shell that finds out who holds its locks, for scripts that find out several things at once (packages/locks.ts reads what it prints). */
  readonly lockProbe: ShellScript;
  /** Shell that prints the names of all installed packages, one a line, sorted in the C locale. */
  readonly listInstalled: ShellScript;
  /**
   * Installs the engine as the source says; its service is left stopped. Idempotent, also after a crash half-way.
   * Packages that it adds are remembered on the host. Throws provision.engine-install-failed, provision.disk-full or
   * provision.packages-locked.
   */
  installEngine(ctx: ProvisionContext, request: EngineInstallRequest): Promise<EngineInstallResult>;
  /**
   * The versions that the installed engine can be changed to. `isFresh`: reads the package lists anew before, which takes a
   * while. Throws provision.engine-missing where there is no engine, or one that came from no package.
   */
  offeredEngine(
    ctx: ProvisionContext,
    request: { readonly environment: Environment; readonly isFresh: boolean },
  ): Promise<OfferedEngine>;
  /**
   * Changes the installed engine to a version that is on offer, or to the newest one; running containers go on. Idempotent.
   * Throws what installEngine and offeredEngine throw.
   */
  changeEngine(
    ctx: ProvisionContext,
    request: { readonly environment: Environment; readonly version: string | null },
  ): Promise<EngineChange>;
  /**
   * Installs HAProxy from the host's own sources, its service neither started nor enabled, or keeps the one that is there.
   * Idempotent. Throws provision.gate-unavailable, provision.disk-full or provision.packages-locked.
   */
  installGate(ctx: ProvisionContext, request: { readonly environment: Environment }): Promise<GateInstallResult>;
  /** The packages that installEngine (or installGate) added to the host, also when it broke off. Default: the engine's. */
  findAddedPackages(ctx: ProvisionContext, part?: PackagePart): Promise<readonly string[]>;
  /** Removes these packages with their settings, and nothing else. Throws provision.engine-install-failed if something else needs them. */
  purge(ctx: ProvisionContext, packages: readonly string[]): Promise<void>;
}
