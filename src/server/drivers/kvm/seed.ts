import { isoImage } from './iso';

export interface Seed {
  readonly machineId: string;
  readonly hostName: string;
  readonly user: string;
  /** One line for authorized_keys. */
  readonly publicKey: string;
}

/**
 * What cloud-init does at the first boot: a user with the key and sudo, the host's name, a root partition that fills the disk.
 * YAML is a superset of JSON, so nothing in it has to be quoted by hand. Source: cloud-init's NoCloud data source.
 */
export function userData({ hostName, user, publicKey }: Seed): string {
  const config = {
    hostname: hostName,
    users: [
      {
        name: user,
        gecos: 'Quaymaster',
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [publicKey],
      },
    ],
    ssh_pwauth: false,
    disable_root: true,
    growpart: { mode: 'auto', devices: ['/'] },
    resize_rootfs: true,
  };
  return `#cloud-config\n${JSON.stringify(config, null, 2)}\n`;
}

export const metaData = ({ machineId, hostName }: Seed): string =>
  `${JSON.stringify({ 'instance-id': machineId, 'local-hostname': hostName })}\n`;

/** The seed as the file system that cloud-init looks for by its label. */
export const seedImage = (seed: Seed): Buffer =>
  isoImage('cidata', [
    { name: 'META-DATA', content: metaData(seed) },
    { name: 'USER-DATA', content: userData(seed) },
  ]);
