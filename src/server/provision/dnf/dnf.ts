import { sh } from '@/server/ssh/shell';

import type { FailureWords } from '../packages/failure';
import { fileLockProbe, pidFileProbe } from '../packages/locks';
import { managePackages } from '../packages/manage';
import type { PackageTool } from '../packages/tool';
import type { OfferedVersion } from '../packages/versions';
import { install, listInstalled, listOffers, lockFiles, lookups, pidFiles, refresh, remove } from './shell';
import { dockerRepositoryFiles, mirrorFiles, noSource } from './source-files';

/** Parses what listOffers prints: "docker 25.0.14-1.amzn2023.0.1". */
export function parseOffers(text: string): OfferedVersion[] {
  return text.split('\n').flatMap((line) => {
    const [packageName, version] = line.trim().split(' ');
    return packageName && version ? [{ packageName, version }] : [];
  });
}

/** dnf 4 (dnf/cli, libdnf) and rpm. */
export const dnfWords: FailureWords = {
  error:
    /^(Error: |error: |ERROR: |Errors during downloading|curl: \(|wget: |No match for argument|Public key for |Package .* is not signed|However, you do not have any GPG| +- | +installing package .* needs | Problem)/,
  noise:
    /^ Problem: conflicting requests|^Error: (GPG check FAILED|Transaction test error|Unable to find a match)|^Errors during downloading|^error: Failed dependencies/,
  prefix: /^(?:However, |Error: |error: |ERROR: | +- | +)/,
  diskFull: /needs \d+\s?[KMG]?i?B (more space )?on the .* filesystem|No space left on device/i,
  locked: /can't create transaction lock|another app is currently holding/i,
};

export const dnfTool: PackageTool = {
  listInstalled,
  lockProbe: sh`${pidFileProbe(pidFiles)}\n${fileLockProbe(lockFiles)}`,
  failureWords: dnfWords,
  environment: sh`:`,
  settle: sh`:`,
  refresh,
  listOffers,
  parseOffers,
  pin: (packageName, version) => `${packageName}-${version}`,
  install,
  // A package of the family starts no service: presets say whether it is enabled, and the engine's is not.
  hold: () => sh`:`,
  lookups,
  engineNeeds: sh`:`,
  remove,
  sources: { docker: dockerRepositoryFiles, mirror: mirrorFiles, none: noSource },
};

/** dnf and rpm, of Amazon Linux 2023. */
export const dnf = managePackages(dnfTool);
