import type { EngineKeeper } from './engine/engine-keeper';
import type { OsRelease } from './os-release';
import type { PackageManager } from './package-manager';

/** How far a release of a known system is known to work. */
export type Support =
  | { readonly kind: 'tried' }
  /** Should work, and nobody has tried it here. */
  | { readonly kind: 'untried'; readonly why: string }
  | { readonly kind: 'too-old'; readonly why: string };

/** Where Docker's own package repository has packages for a system: <base>/<distribution>, suite <suite>. */
export interface DockerRepository {
  readonly distribution: string;
  readonly suite: string;
}

/**
 * What is particular to one family of systems. Everything else is in steps/, which every family shares.
 * A new one is a file beside this, a line in list.ts and a fixture of its os-release file.
 */
export interface Provisioner {
  readonly id: string;
  /** For people: what it supports ("Debian 11 and later"). */
  readonly label: string;
  /** Whether it takes care of this system: by ID, then by ID_LIKE. At most one provisioner says so. */
  matches(os: OsRelease): boolean;
  support(os: OsRelease): Support;
  /** Null where Docker has no packages for the system. */
  dockerRepository(os: OsRelease): DockerRepository | null;
  /** The system's own packages that make an engine, its own first. */
  readonly enginePackages: readonly string[];
  readonly packages: PackageManager;
  readonly engine: EngineKeeper;
  /** Set where the engine is a part of the system: there is nothing to install, no systemd, and no gate. Why, in a sentence. */
  readonly builtIn?: string;
}
