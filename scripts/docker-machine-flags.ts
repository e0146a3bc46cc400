/** One flag of docker-machine 0.16. */
export interface FlagOfMachine {
  /** Without the dashes. */
  readonly flag: string;
  /** What differs here; where no field stands for the flag, where to look instead or why it is not here. */
  readonly about?: string;
}

const named = (flags: string): readonly FlagOfMachine[] => flags.split(/\s+/).map((flag) => ({ flag }));

const classicSwarm = 'As `--swarm`: classic Swarm is gone from the engine.';

export const createFlags: readonly FlagOfMachine[] = [
  { flag: 'driver', about: 'The first choice on the page New machine.' },
  {
    flag: 'engine-install-url',
    about: 'The setting says where the engine comes from; nothing is fetched from the internet unless it does.',
  },
  {
    flag: 'engine-opt',
    about: 'Keys of daemon.json instead of words of a command line, checked before they are used.',
  },
  ...named('engine-insecure-registry engine-registry-mirror engine-label engine-storage-driver engine-env'),
  {
    flag: 'swarm',
    about:
      'Classic Swarm is gone from the engine. Swarm mode takes its place: join the swarm of another machine, at the creation or later.',
  },
  { flag: 'swarm-master', about: `${classicSwarm} Init a swarm on the machine, or join one as a manager.` },
  { flag: 'swarm-image', about: classicSwarm },
  { flag: 'swarm-discovery', about: `${classicSwarm} Managers know the nodes, so nothing has to be discovered.` },
  { flag: 'swarm-strategy', about: `${classicSwarm} It spreads tasks over the nodes.` },
  { flag: 'swarm-opt', about: classicSwarm },
  { flag: 'swarm-join-opt', about: classicSwarm },
  { flag: 'swarm-host', about: `${classicSwarm} Its port 2377 serves nodes only; clients use the port of the engine.` },
  { flag: 'swarm-addr', about: `${classicSwarm} Nodes advertise the address of their machine.` },
  { flag: 'swarm-experimental', about: classicSwarm },
  ...named('tls-san'),
];

/** Those of docker-machine's drivers that have a counterpart of the same name here. */
export const driverFlags: Readonly<Partial<Record<string, readonly FlagOfMachine[]>>> = {
  generic: [
    ...named('generic-ip-address generic-ssh-user generic-ssh-port'),
    { flag: 'generic-ssh-key', about: "One of the team's SSH keys instead of a file: pasted, uploaded or made here." },
    ...named('generic-engine-port'),
  ],
  virtualbox: [
    { flag: 'virtualbox-memory', about: 'At least 512 MiB.' },
    ...named('virtualbox-cpu-count'),
    { flag: 'virtualbox-disk-size', about: 'At least 3000 MiB, of which boot2docker takes 1000 for swap.' },
    {
      flag: 'virtualbox-boot2docker-url',
      about:
        "One of the team's images instead of an address: fetched once, checked, and cached on each hypervisor host. `docker-machine upgrade` replaced the ISO under a machine; here a newer engine is a machine made from a newer ISO.",
    },
    {
      flag: 'virtualbox-import-boot2docker-vm',
      about:
        "The disk is copied, of a machine of the team or one that was released on the hypervisor host. CPUs and memory are those of the form, not the source's; the key that the disk lets in is chosen (`importKeyId`) instead of read from a home; the source has to be off.",
    },
    ...named('virtualbox-host-dns-resolver virtualbox-nat-nictype'),
    {
      flag: 'virtualbox-hostonly-cidr',
      about:
        'From /16 to /29; the default is 192.168.59.1/24, which newer VirtualBox allows by itself. What overlaps the NAT or the bridge of Docker is refused.',
    },
    ...named('virtualbox-hostonly-nictype virtualbox-hostonly-nicpromisc'),
    { flag: 'virtualbox-ui-type', about: "All but headless need VirtualBox's service in a desktop session." },
    ...named('virtualbox-hostonly-no-dhcp virtualbox-no-dns-proxy virtualbox-no-vtx-check'),
    {
      flag: 'virtualbox-share-folder',
      about:
        'An absolute path that its owner has released by a file `.quaymaster-share`; the name of letters, digits, dots, dashes and underscores. Nothing is shared unless it is given.',
    },
    {
      flag: 'virtualbox-no-share',
      about: 'Always: nothing is shared with a machine unless the option `shareFolder` says what.',
    },
  ],
  amazonec2: [
    {
      flag: 'amazonec2-access-key',
      about:
        "Kept as a credential of the team, sealed. Left out there, AWS's own chain was asked; here the server's identity is a kind of credential.",
    },
    ...named('amazonec2-secret-key amazonec2-session-token'),
    {
      flag: 'amazonec2-ami',
      about:
        'Also by name: `ubuntu`, `debian-12`, looked up when the machine is made. The default is the newest Ubuntu LTS.',
    },
    ...named('amazonec2-region'),
    {
      flag: 'amazonec2-vpc-id',
      about: "Left empty, that of the subnet, or the account's default one.",
    },
    {
      flag: 'amazonec2-zone',
      about: 'Left empty, the first that offers the instance type, instead of `a`; a letter or the whole name.',
    },
    ...named('amazonec2-subnet-id'),
    {
      flag: 'amazonec2-security-group',
      about:
        'Left empty, a group of the machine alone, which goes with it, instead of `docker-machine` for all. By name or id.',
    },
    {
      flag: 'amazonec2-security-group-readonly',
      about:
        "The other way round: groups that the console has not made stay as they are unless the option is on. The flag's default was to change them.",
    },
    {
      flag: 'amazonec2-open-port',
      about:
        'Open to the allowed sources (`allowedSources`, the team and the console) instead of the whole world, as SSH and the engine are.',
    },
    {
      flag: 'amazonec2-tags',
      about:
        'Names with values instead of `k1,v1,k2,v2`; on disk, network interface, key pair and security group as well as on the instance.',
    },
    { flag: 'amazonec2-instance-type', about: 'The default is `t3.small` instead of `t2.micro`.' },
    { flag: 'amazonec2-device-name', about: 'Left empty, that of the image, instead of `/dev/sda1`.' },
    ...named('amazonec2-root-size'),
    {
      flag: 'amazonec2-volume-type',
      about: 'The default is `gp3` instead of `gp2`; `st1` and `sc1` are not offered, since nothing starts from them.',
    },
    { flag: 'amazonec2-iam-instance-profile', about: 'By name or ARN.' },
    ...named('amazonec2-ssh-port'),
    { flag: 'amazonec2-ssh-user', about: 'Left empty, that of the image, instead of `ubuntu`.' },
    ...named('amazonec2-request-spot-instance'),
    {
      flag: 'amazonec2-spot-price',
      about: 'Left empty, at most the price of an ordinary instance, instead of 0.50 USD an hour.',
    },
    {
      flag: 'amazonec2-block-duration-minutes',
      about: 'AWS has ended spot instances with a defined duration, so there is nothing to ask for.',
    },
    {
      flag: 'amazonec2-private-address-only',
      about: 'The other way round: switch the public address off, and choose in `reach` where it is reached instead.',
    },
    {
      flag: 'amazonec2-use-private-address',
      about: '`private`, one of three: public, private or IPv6. The console has to be among the allowed sources then.',
    },
    ...named('amazonec2-monitoring'),
    ...named('amazonec2-use-ebs-optimized-instance'),
    {
      flag: 'amazonec2-ssh-keypath',
      about: 'Left empty, the machine has a key of its own, made by the console and sealed; no file is read.',
    },
    { flag: 'amazonec2-keypair-name', about: "Left empty, the key pair is the machine's own, and goes with it." },
    {
      flag: 'amazonec2-retries',
      about:
        'No setting: a call that is throttled or not answered is repeated up to 6 times with growing pauses; the log has a line for each.',
    },
    ...named('amazonec2-endpoint'),
    {
      flag: 'amazonec2-insecure-transport',
      about: 'The scheme of the endpoint says it: https, or http for a private cloud.',
    },
    {
      flag: 'amazonec2-userdata',
      about: 'The text itself instead of the name of a file; the console encodes it.',
    },
  ],
};
