import type { ShellScript } from '@/server/ssh/shell';

import type { EngineSource } from '../engine-source';
import type { HostFile } from '../host/files';
import type { DockerRepository } from '../provisioner';
import type { FailureWords } from './failure';
import type { OfferedVersion } from './versions';

type SourceOf<Kind extends EngineSource['kind']> = Extract<EngineSource, { kind: Kind }>;

/**
 * What one package manager says in its own words. packages/manage.ts makes a PackageManager of it: what is done with packages, and in
 * which order, is the same everywhere.
 */
export interface PackageTool {
  /** Prints the names of all installed packages, one a line, sorted in the C locale; fails where they cannot be read. */
  readonly listInstalled: ShellScript;
  /** Finds out who holds its locks (locks.ts); changes nothing, and says nothing where there is no such package manager. */
  readonly lockProbe: ShellScript;
  /** How it tells that something went wrong. */
  readonly failureWords: FailureWords;
  /** After the prelude (prelude.ts): nobody is asked, and locks are waited for. */
  readonly environment: ShellScript;
  /** Finishes, as far as it can, what broke off half-way before. */
  readonly settle: ShellScript;
  /** Reads the lists of all sources anew, and fails where ours cannot be read. */
  readonly refresh: ShellScript;
  /** Prints which versions of these packages the lists offer, and fails where these cannot be read; parseOffers reads it, newest first. */
  listOffers(packages: readonly string[]): ShellScript;
  parseOffers(text: string): OfferedVersion[];
  /** How one version of a package is asked for. */
  pin(packageName: string, version: string): string;
  /** Installs these packages, also where a newer version is there. */
  install(packages: readonly string[]): ShellScript;
  /** Keeps these services from being started by their packages, until the script ends. */
  hold(services: readonly string[]): ShellScript;
  /**
   * Defines `state_of NAME` ("installed", the name of a state between, or nothing) and `owner_of PROGRAM` (NAME STATE VERSION of the
   * package that it came from, or nothing).
   */
  readonly lookups: ShellScript;
  /** Prints the fact `needs NAME` for each package that an engine on this host wants beside its own. */
  readonly engineNeeds: ShellScript;
  /** Removes these packages with their settings; prints a line "ERROR: …" and fails where others would go with them. */
  remove(packages: readonly string[]): ShellScript;
  readonly sources: {
    /** Docker's repository with the key that was fetched for it. */
    docker(
      source: SourceOf<'docker-repository'>,
      from: { repository: DockerRepository; key: Buffer },
    ): readonly HostFile[];
    /** A mirror of one's own. Throws provision.engine-install-failed where it cannot be one for this package manager. */
    mirror(source: SourceOf<'mirror'>): readonly HostFile[];
    /** No source of ours. */
    readonly none: readonly HostFile[];
  };
}
