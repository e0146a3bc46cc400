import { findProvisioner, supportedSystems } from '../list';
import { parseOsRelease } from '../os-release';
import { readLockHolders } from '../packages/locks';
import { describeHolders } from '../steps/wait-packages';
import { type Judge, ok } from './check';

export const judgeSudo: Judge = ({ report, sudoRefusal }) => {
  if (sudoRefusal !== null) return { status: 'failed', message: sudoRefusal };
  return report.get('uid') === '0'
    ? ok('Commands run as root')
    : {
        status: 'failed',
        message: `Commands run as user ${report.get('uid')} instead of root`,
        advice: 'Look at how sudo is set up on the host.',
      };
};

export const judgeOs: Judge = ({ report }) => {
  if (!report.has('os')) {
    return {
      status: 'failed',
      message: 'The host has no /etc/os-release, so its system is not known',
      advice: `Supported are ${supportedSystems}.`,
    };
  }
  const os = parseOsRelease(report.text('os'));
  const details = { id: os.id, version: os.versionId, name: os.prettyName };
  const provisioner = findProvisioner(os);
  const support = provisioner?.support(os);
  if (!support || support.kind === 'too-old') {
    const message = support ? support.why : `${os.prettyName} is not supported`;
    return { status: 'failed', message, advice: `Supported are ${supportedSystems}.`, details };
  }
  if (!report.is('systemd') && !provisioner?.builtIn) {
    return {
      status: 'failed',
      message: `${os.prettyName} runs without systemd`,
      advice: 'The console sets up the engine as a systemd service; a container or a chroot has none.',
      details,
    };
  }
  const doubts = [
    ...(support.kind === 'untried' ? [`${support.why}; it should work.`] : []),
    ...(report.get('selinux') === '1'
      ? [
          'SELinux is enforcing, under which nobody tried the gate: if it does not start, choose the engine for the enforcement.',
        ]
      : []),
  ];
  if (doubts.length > 0) return { status: 'warning', message: os.prettyName, advice: doubts.join(' '), details };
  return ok(os.prettyName, details);
};

const gibibyte = 1024 ** 3;
const freeNeededGiB = 2;
const freeWantedGiB = 10;

const inGiB = (bytes: number) => `${(bytes / gibibyte).toFixed(1)} GiB`;

export const judgeDisk: Judge = ({ report }) => {
  const [total = 0, free = 0] = report
    .get('disk')
    .split(' ')
    .map((kibibytes) => Number(kibibytes) * 1024);
  const folder = report.get('disk.folder');
  const details = { totalBytes: total, freeBytes: free, folder };
  const message = `${inGiB(free)} of ${inGiB(total)} free for images and containers (${folder})`;
  if (free < freeNeededGiB * gibibyte) {
    // An engine that is there works with what it has; installing one on a full disk leaves it half installed.
    const hasEngine = report.get('docker.service.LoadState') === 'loaded';
    return {
      status: hasEngine ? 'warning' : 'failed',
      message,
      advice: `Make room: at least ${freeNeededGiB} GiB are needed, ${freeWantedGiB} GiB are better.`,
      details,
    };
  }
  if (free < freeWantedGiB * gibibyte) return { status: 'warning', message, advice: 'Images soon fill that.', details };
  return ok(message, details);
};

const skewNotedMs = 5_000;
const skewMaxMs = 60_000;

export const judgeClock: Judge = ({ clockSkewMs }) => {
  const seconds = Math.round(Math.abs(clockSkewMs) / 1000);
  const details = { skewMs: Math.round(clockSkewMs) };
  const message = `The host's clock is ${seconds} s ${clockSkewMs < 0 ? 'behind' : 'ahead of'} the console's`;
  if (Math.abs(clockSkewMs) > skewMaxMs) {
    return {
      status: 'failed',
      message,
      advice:
        "Certificates would be refused as not valid yet or any more. Set the clock (timedatectl set-ntp true), or the console's if that one is off.",
      details,
    };
  }
  if (Math.abs(clockSkewMs) > skewNotedMs) {
    return {
      status: 'warning',
      message,
      advice: 'Turn on time synchronisation on the host: timedatectl set-ntp true',
      details,
    };
  }
  return ok('In step with the console', details);
};

export const judgePackages: Judge = ({ report }) => {
  const holders = readLockHolders(report);
  if (holders.length > 0) {
    return {
      status: 'warning',
      message: `In use by ${describeHolders(holders)}`,
      advice: 'The creation waits until that is done.',
      details: { holders: holders.length },
    };
  }
  if (report.is('packages.interrupted')) {
    return {
      status: 'warning',
      message: 'An installation broke off half-way',
      advice: 'An installation by the console finishes it first (dpkg --configure -a).',
    };
  }
  return ok('Free');
};
