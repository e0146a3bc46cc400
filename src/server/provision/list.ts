import { AppError } from '@/server/errors/app-error';
import { type ShellScript, sh } from '@/server/ssh/shell';

import { amazonLinux } from './amazon-linux';
import { boot2docker } from './boot2docker';
import { debian } from './debian';
import type { OsRelease } from './os-release';
import type { Provisioner } from './provisioner';
import { ubuntu } from './ubuntu';

/** Every provisioner. At most one of them matches a system. */
export const provisioners: readonly Provisioner[] = [debian, ubuntu, amazonLinux, boot2docker];

/** For people: everything that is supported. */
export const supportedSystems = provisioners.map((provisioner) => provisioner.label).join(', ');

/** Finds out who holds the locks of any package manager, for a host whose system is not known yet. */
export const packageLockProbes: ShellScript = [
  ...new Set(provisioners.map(({ packages }) => packages.lockProbe)),
].reduce((all, probe) => sh`${all}\n${probe}`);

/** The provisioner of a system, or null. */
export function findProvisioner(os: OsRelease): Provisioner | null {
  return provisioners.find((provisioner) => provisioner.matches(os)) ?? null;
}

/** The provisioner of a system. Throws provision.os-unsupported, also for a release that is too old. */
export function getProvisioner(os: OsRelease): Provisioner {
  const found = findProvisioner(os);
  const support = found?.support(os);
  if (found && support?.kind !== 'too-old') return found;
  throw new AppError({
    code: 'provision.os-unsupported',
    public: `The host runs ${os.prettyName}${support?.kind === 'too-old' ? `: ${support.why}` : ''}. Supported are ${supportedSystems}.`,
    internal: `ID=${os.id} ID_LIKE=${os.idLike.join(' ')} VERSION_ID=${os.versionId}`,
  });
}
