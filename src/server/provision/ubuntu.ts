import { apt, debianEngine } from './apt/apt';
import { systemdKeeper } from './engine/systemd-keeper';
import { nearestFamily, type OsRelease } from './os-release';
import type { Provisioner } from './provisioner';

const oldest = 20;
const triedVersions: readonly string[] = ['20.04', '22.04', '24.04'];
/** Codenames before the oldest release, which is how a derivative shows which Ubuntu it is built on. */
const oldCodenames: readonly string[] = ['trusty', 'xenial', 'bionic'];

const baseCodename = (os: OsRelease) => os.fields['UBUNTU_CODENAME'] ?? os.codename;

export const ubuntu: Provisioner = {
  id: 'ubuntu',
  label: `Ubuntu ${oldest}.04 and later`,
  matches: (os) => nearestFamily(os, ['ubuntu', 'debian']) === 'ubuntu',
  support: (os) => {
    if (oldCodenames.includes(baseCodename(os)) || (os.id === 'ubuntu' && Number.parseInt(os.versionId, 10) < oldest)) {
      return { kind: 'too-old', why: `${os.prettyName} is older than Ubuntu ${oldest}.04` };
    }
    if (os.id !== 'ubuntu') {
      return { kind: 'untried', why: `${os.prettyName} is taken for the Ubuntu that it is built on` };
    }
    if (!triedVersions.includes(os.versionId)) {
      return {
        kind: 'untried',
        why: `${os.prettyName} is none of the releases known to work (${triedVersions.join(', ')})`,
      };
    }
    return { kind: 'tried' };
  },
  dockerRepository: (os) => ({ distribution: 'ubuntu', suite: baseCodename(os) }),
  enginePackages: debianEngine,
  packages: apt,
  engine: systemdKeeper(apt),
};
