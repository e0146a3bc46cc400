/** Every place on a host that the product writes to. All of it is put back or removed by restore-host. */

/** Ours alone, 0755; what the engine reads is in engineFolder. */
export const settingsFolder = '/etc/quaymaster';
/** Root's alone: certificate, key and trust bundle of the engine. */
export const engineFolder = `${settingsFolder}/engine`;
export const trustFile = `${engineFolder}/ca.pem`;
export const certificateFile = `${engineFolder}/cert.pem`;
export const keyFile = `${engineFolder}/key.pem`;

/** Root's alone: what restore-host needs. */
export const stateFolder = '/var/lib/quaymaster';
export const backupFolder = `${stateFolder}/backup`;
/** Who manages this host, as JSON (see steps/back-up.ts). */
export const ownerFile = `${stateFolder}/owner.json`;
/** daemon.json as we last wrote it: what differs from it now was changed by somebody else. */
export const writtenDaemonFile = `${stateFolder}/daemon.json`;
/** Names of the packages that were added by installing the engine. */
export const addedPackagesFile = `${stateFolder}/packages-added`;
/** The same for the gate. */
export const addedGatePackagesFile = `${stateFolder}/gate-packages-added`;
export const gatePackagesBeforeFile = `${stateFolder}/gate-packages-before`;
/** Names of the packages before an installation that has not ended yet. */
export const packagesBeforeFile = `${stateFolder}/packages-before`;

/** Gone after a reboot: which configuration the running engine was started with. */
export const runFolder = '/run/quaymaster';
export const startedWithFile = `${runFolder}/engine-started-with`;

export const daemonFile = '/etc/docker/daemon.json';
/** Sorted after everything else, an administrator's override.conf included. */
const dropInName = 'zz-quaymaster.conf';
export const serviceDropIn = `/etc/systemd/system/docker.service.d/${dropInName}`;
export const socketDropIn = `/etc/systemd/system/docker.socket.d/${dropInName}`;

export const hostNameFile = '/etc/hostname';
export const hostsFile = '/etc/hosts';
export const cloudHostNameFile = '/etc/cloud/cloud.cfg.d/99-quaymaster.cfg';

/** Our own package source, and where Docker's install script puts its. */
export const aptSourceFile = '/etc/apt/sources.list.d/quaymaster-engine.list';
export const aptKeyFiles = {
  armored: '/etc/apt/keyrings/quaymaster-engine.asc',
  binary: '/etc/apt/keyrings/quaymaster-engine.gpg',
} as const;
/** The same where dnf is. */
export const dnfSourceFile = '/etc/yum.repos.d/quaymaster-engine.repo';
export const dnfKeyFile = '/etc/pki/rpm-gpg/RPM-GPG-KEY-quaymaster-engine';
const installScriptFiles = [
  '/etc/apt/sources.list.d/docker.list',
  '/etc/apt/keyrings/docker.asc',
  '/etc/apt/keyrings/docker.gpg',
];

/** Only while packages are installed; see apt/shell.ts. */
const policyFile = '/usr/sbin/policy-rc.d';

/**
 * The files that a create may write, change or add: what the backup holds. Copies are numbered in this order, and
 * daemon.json stays the first.
 */
export const touchedFiles: readonly string[] = [
  daemonFile,
  serviceDropIn,
  socketDropIn,
  hostNameFile,
  hostsFile,
  cloudHostNameFile,
  aptSourceFile,
  aptKeyFiles.armored,
  aptKeyFiles.binary,
  ...installScriptFiles,
  policyFile,
  dnfSourceFile,
  dnfKeyFile,
];

/** The folders of these files, parents first: those that were missing are removed again, the others get their time back. */
export const touchedFolders: readonly string[] = [
  '/etc',
  '/etc/apt',
  '/etc/apt/sources.list.d',
  '/etc/cloud/cloud.cfg.d',
  '/etc/systemd/system',
  '/etc/systemd/system/multi-user.target.wants',
  '/etc/systemd/system/sockets.target.wants',
  '/etc/docker',
  '/etc/systemd/system/docker.service.d',
  '/etc/systemd/system/docker.socket.d',
  '/etc/apt/keyrings',
  '/etc/yum.repos.d',
  '/etc/pki/rpm-gpg',
];

/** daemon.json as it was before the first change, if it was there. */
export const originalDaemonFile = `${backupFolder}/files/1`;
