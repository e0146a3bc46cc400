/** One version that apt can install, newest first in its lists. */
export interface OfferedVersion {
  readonly packageName: string;
  readonly version: string;
}

/** Parses `apt-cache madison NAME...`: "docker.io | 20.10.24+dfsg1-1+b3 | http://… Packages". */
export function parseMadison(text: string): OfferedVersion[] {
  return text.split('\n').flatMap((line) => {
    const [packageName = '', version = '', from = ''] = line.split('|').map((part) => part.trim());
    return packageName && version && !from.endsWith('Sources') ? [{ packageName, version }] : [];
  });
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

/** What to give to `apt-get install`: NAME=VERSION for those that come in the engine's version, NAME for the others. */
export function pinPackages(
  packages: readonly string[],
  { offered, version }: { offered: readonly OfferedVersion[]; version: string },
): string[] {
  return packages.map((name) =>
    offered.some((offer) => offer.packageName === name && offer.version === version) ? `${name}=${version}` : name,
  );
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
