import { AppError } from '@/server/errors/app-error';

import type { PackageTool } from './tool';

/** One version that a package manager can install, newest first in its lists. */
export interface OfferedVersion {
  readonly packageName: string;
  readonly version: string;
}

/** Without the epoch, which people leave out ("5:28.0.1-1~debian" is 28.0.1). */
const withoutEpoch = (version: string) => version.replace(/^\d+:/, '');

/**
 * Whether a package's version is the one that was asked for: the same, or it goes on after the wanted part with something
 * that is no further digit. So 20.10.2 does not mean 20.10.24.
 */
export function matchesVersion(version: string, wanted: string): boolean {
  const candidate = wanted.includes(':') ? version : withoutEpoch(version);
  return candidate.startsWith(wanted) && !/^[0-9]/.test(candidate.slice(wanted.length));
}

/** The version of a package that is the wanted one, else the newest that begins with it, or null. */
export function resolveVersion(
  offered: readonly OfferedVersion[],
  { packageName, wanted }: { packageName: string; wanted: string },
): string | null {
  const own = offered.filter((offer) => offer.packageName === packageName);
  // One that is named whole is meant, though a newer one may begin like it.
  const exact = own.find(({ version }) => version === wanted || withoutEpoch(version) === wanted);
  return (exact ?? own.find(({ version }) => matchesVersion(version, wanted)))?.version ?? null;
}

const shownVersionsMax = 8;

export interface VersionChoice {
  readonly offered: readonly OfferedVersion[];
  readonly wanted: string | undefined;
  readonly pin: PackageTool['pin'];
}

/**
 * What to ask the package manager for: the engine's package (the first) and those that come in the same version in the one that was
 * wanted, the others as they are, and none that is not on offer. Throws with the versions that there are.
 */
export function chooseVersions(packages: readonly string[], { offered, wanted, pin }: VersionChoice): string[] {
  const [engine = ''] = packages;
  const own = offered.filter(({ packageName }) => packageName === engine).map(({ version }) => version);
  if (own.length === 0) {
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `None of the host's package sources offers ${engine}. Look at its package sources, or choose another way to install the engine.`,
    });
  }
  const available = packages.filter(
    (name) => name === engine || offered.some(({ packageName }) => packageName === name),
  );
  if (wanted === undefined) return available;
  const version = resolveVersion(offered, { packageName: engine, wanted });
  if (version === null) {
    const more = own.length > shownVersionsMax ? ` and ${own.length - shownVersionsMax} older ones` : '';
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `Version ${wanted} of ${engine} is not on offer. Available: ${own.slice(0, shownVersionsMax).join(', ')}${more}.`,
    });
  }
  return available.map((name) =>
    offered.some((offer) => offer.packageName === name && offer.version === version) ? pin(name, version) : name,
  );
}
