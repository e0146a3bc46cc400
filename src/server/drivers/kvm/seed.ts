import { isoImage } from './iso';

export interface Seed {
  readonly machineId: string;
  readonly hostName: string;
  readonly user: string;
  /** One line for authorized_keys. */
  readonly publicKey: string;
}

/** What the line on the serial console begins with that says where the machine is. */
export const addressMark = 'quaymaster-address';

/**
 * Says on the serial console at each boot where the machine is: the address towards the default route, or its first one. Nothing is
 * sent to 192.0.2.1, which is nobody's. More than once, because a message of the kernel may run into a line.
 */
export const tellAddress = String.raw`#!/bin/sh
# Tells Quaymaster, which reads the serial console on the hypervisor host, where this machine is.
tries=0 address=''
while [ -z "$address" ] && [ "$tries" -lt 60 ]; do
  [ "$tries" -eq 0 ] || sleep 2
  tries=$((tries + 1))
  address=$(ip -4 -o route get 192.0.2.1 2> /dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p')
done
[ -n "$address" ] || address=$(hostname -I | tr ' ' '\n' | grep -m 1 '^[0-9][0-9.]*$')
[ -n "$address" ] || exit 0
for time in 1 2 3; do
  printf '\n${addressMark} %s\n' "$address" > /dev/ttyS0
  sleep 1
done
`;

/**
 * What cloud-init does at the first boot: a user with the key and sudo, the host's name, a root partition that fills the disk, a
 * script that tells the address.
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
    // cloud-init runs what is in there in its last stage of each boot, when the network is up.
    write_files: [
      { path: '/var/lib/cloud/scripts/per-boot/quaymaster-address', permissions: '0755', content: tellAddress },
    ],
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
