import { dnf } from './dnf/dnf';
import { systemdKeeper } from './engine/systemd-keeper';
import type { Provisioner } from './provisioner';

const oldest = 2023;

/** Amazon Linux: docker and haproxy are in its own repository. Source: docs.aws.amazon.com/linux/al2023. */
export const amazonLinux: Provisioner = {
  id: 'amazon-linux',
  label: `Amazon Linux ${oldest} and later`,
  matches: (os) => os.id === 'amzn',
  support: (os) => {
    const version = Number.parseInt(os.versionId, 10);
    if (version < oldest) return { kind: 'too-old', why: `${os.prettyName} is older than Amazon Linux ${oldest}` };
    return {
      kind: 'untried',
      why: 'Amazon Linux was tried on a stand-in with its package manager and its units',
    };
  },
  dockerRepository: () => null,
  enginePackages: ['docker'],
  packages: dnf,
  engine: systemdKeeper(dnf),
};
