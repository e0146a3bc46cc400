import { sh } from '@/server/ssh/shell';

import type { FailureWords } from '../packages/failure';
import { fileLockProbe } from '../packages/locks';
import { managePackages } from '../packages/manage';
import type { PackageTool } from '../packages/tool';
import type { OfferedVersion } from '../packages/versions';
import { engineNeeds, environment, hold, listInstalled, lookups, refresh, remove, settle } from './shell';
import { dockerRepositoryFiles, mirrorFiles, noSource } from './source-files';

/** Parses `apt-cache madison NAME...`: "docker.io | 20.10.24+dfsg1-1+b3 | http://… Packages". */
export function parseMadison(text: string): OfferedVersion[] {
  return text.split('\n').flatMap((line) => {
    const [packageName = '', version = '', from = ''] = line.split('|').map((part) => part.trim());
    return packageName && version && !from.endsWith('Sources') ? [{ packageName, version }] : [];
  });
}

export const aptWords: FailureWords = {
  error: /^(E: |dpkg: error|Err:|curl: \(|wget: |ERROR: )/,
  noise: /Sub-process|^E: Unable to fetch some archives|Problem executing scripts|^E: Some index files/,
  prefix: /^E: |^ERROR: /,
  diskFull: /don't have enough free space|No space left on device/i,
  locked: /Could not get lock|Unable to (acquire|lock)/i,
  // DPkg::Lock::Timeout is for dpkg's locks; that of the lists is not waited for.
  retry: /^E: (Could not get lock|Unable to lock)/,
};

export const aptTool: PackageTool = {
  listInstalled,
  lockProbe: fileLockProbe([
    '/var/lib/dpkg/lock-frontend',
    '/var/lib/dpkg/lock',
    '/var/lib/apt/lists/lock',
    '/var/cache/apt/archives/lock',
  ]),
  failureWords: aptWords,
  environment,
  settle,
  refresh,
  listOffers: (packages) => sh`apt-cache madison ${packages}`,
  parseOffers: parseMadison,
  pin: (packageName, version) => `${packageName}=${version}`,
  install: (packages) => sh`apt-get install -y -q --no-install-recommends --allow-downgrades ${packages}`,
  hold,
  lookups,
  engineNeeds,
  remove,
  sources: { docker: dockerRepositoryFiles, mirror: mirrorFiles, none: noSource },
};

/** docker-cli is a package of its own since Debian 13, and only recommended. */
export const debianEngine = ['docker.io', 'docker-cli'] as const;

/** apt and dpkg, of Debian and everything built on it. */
export const apt = managePackages(aptTool);
