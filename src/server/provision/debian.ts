import { apt, debianEngine } from './apt/apt';
import { systemdKeeper } from './engine/systemd-keeper';
import { nearestFamily, type OsRelease } from './os-release';
import type { Provisioner } from './provisioner';

const oldest = 11;
const newestTried = 13;

/** Suites of Debian by version, for derivatives (Raspbian) whose codename is Debian's anyway and for those without one. */
const suites: Readonly<Record<string, string>> = { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' };

const isDebianItself = (os: OsRelease) => os.id === 'debian' || os.id === 'raspbian';

export const debian: Provisioner = {
  id: 'debian',
  label: `Debian ${oldest} and later`,
  matches: (os) => nearestFamily(os, ['debian', 'ubuntu']) === 'debian',
  support: (os) => {
    if (!isDebianItself(os)) {
      return { kind: 'untried', why: `${os.prettyName} is taken for the Debian that it is built on` };
    }
    const version = Number.parseInt(os.versionId, 10);
    if (Number.isNaN(version)) return { kind: 'untried', why: `${os.prettyName} has no version number` };
    if (version < oldest) return { kind: 'too-old', why: `${os.prettyName} is older than Debian ${oldest}` };
    if (version > newestTried) return { kind: 'untried', why: `${os.prettyName} is newer than Debian ${newestTried}` };
    return { kind: 'tried' };
  },
  dockerRepository: (os) => ({
    distribution: os.id === 'raspbian' ? 'raspbian' : 'debian',
    suite: os.fields['DEBIAN_CODENAME'] ?? suites[os.versionId] ?? os.codename,
  }),
  enginePackages: debianEngine,
  packages: apt,
  engine: systemdKeeper(apt),
};
