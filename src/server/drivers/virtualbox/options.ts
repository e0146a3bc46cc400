import { z } from 'zod';

import { parseNetwork, networkMistake } from './network';

const nicTypes = ['82540EM', '82543GC', '82545EM', 'Am79C970A', 'Am79C973', 'virtio'] as const;

const nicChoices = {
  '82540EM': 'Intel PRO/1000 MT Desktop (82540EM)',
  '82543GC': 'Intel PRO/1000 T Server (82543GC)',
  '82545EM': 'Intel PRO/1000 MT Server (82545EM)',
  Am79C970A: 'AMD PCnet-PCI II (Am79C970A)',
  Am79C973: 'AMD PCnet-FAST III (Am79C973)',
  virtio: 'Paravirtualised (virtio-net)',
} as const satisfies Record<(typeof nicTypes)[number], string>;

/** A line for a command or a name in VirtualBox: no control characters. */
const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}]*$/u, 'Must be one line.');

const hardware = {
  memoryMiB: z
    .int()
    .min(512, 'boot2docker needs at least 512 MiB.')
    .max(1_048_576)
    .default(1024)
    .meta({ title: 'Memory', unit: 'MiB', machineFlag: 'virtualbox-memory' }),
  cpus: z
    .int()
    .min(-1)
    .max(32)
    .refine((count) => count !== 0, 'Choose at least one CPU, or -1 for as many as the hypervisor host has.')
    .default(1)
    .meta({
      title: 'CPUs',
      description: '-1: as many as the hypervisor host has, at most 32.',
      machineFlag: 'virtualbox-cpu-count',
    }),
  diskMiB: z
    .int()
    .min(3000, 'At least 3000 MiB: boot2docker takes 1000 of them for swap.')
    .max(2_000_000)
    .default(20_000)
    .meta({
      title: 'Disk',
      description: 'Grows as it is used.',
      unit: 'MiB',
      machineFlag: 'virtualbox-disk-size',
    }),
};

const importing = {
  importVm: line(256).optional().meta({
    title: 'Machine whose disk is copied',
    description:
      'Name of a boot2docker machine in VirtualBox that is switched off: one of the team, or one that whoever looks after the hypervisor host has released (VBoxManage setextradata NAME quaymaster/import yes). CPUs and memory are those of this form, not of that machine. Empty: a new disk.',
    group: 'Disk of another machine',
    machineFlag: 'virtualbox-import-boot2docker-vm',
  }),
  importKeyId: z.uuid().optional().meta({
    title: 'SSH key of that machine',
    description: 'The copied disk lets in this key only.',
    widget: 'ssh-key',
    group: 'Disk of another machine',
  }),
};

const network = {
  hostOnlyCidr: z
    .string()
    .trim()
    .superRefine((text, issues) => {
      const mistake = networkMistake(text);
      if (mistake) issues.addIssue({ code: 'custom', message: mistake });
    })
    .default('192.168.59.1/24')
    .meta({
      title: 'Host-only network',
      description:
        "The hypervisor host's own address there and the size of the network. Machines with the same one share an adapter. VirtualBox allows 192.168.56.0/21 unless /etc/vbox/networks.conf says otherwise; docker-machine's default, 192.168.99.1/24, is outside.",
      group: 'Network',
      machineFlag: 'virtualbox-hostonly-cidr',
    }),
  hostOnlyDhcp: z.boolean().default(true).meta({
    title: 'Give addresses by DHCP',
    description:
      "Each machine gets an address of its own that stays, unless the network's DHCP server was there before: that gives any. Off: the image has to set one.",
    group: 'Network',
    machineFlag: 'virtualbox-hostonly-no-dhcp',
  }),
  hostOnlyNicType: z.enum(nicTypes).default('82540EM').meta({
    title: 'Card in the host-only network',
    choices: nicChoices,
    group: 'Network',
    machineFlag: 'virtualbox-hostonly-nictype',
  }),
  hostOnlyPromiscuous: z
    .enum(['deny', 'allow-vms', 'allow-all'])
    .default('deny')
    .meta({
      title: 'Promiscuous mode',
      choices: { deny: 'Denied', 'allow-vms': 'Sees other virtual machines', 'allow-all': 'Sees everything' },
      group: 'Network',
      machineFlag: 'virtualbox-hostonly-nicpromisc',
    }),
  natNicType: z.enum(nicTypes).default('82540EM').meta({
    title: 'Card to the outside',
    choices: nicChoices,
    group: 'Network',
    machineFlag: 'virtualbox-nat-nictype',
  }),
  dnsProxy: z.boolean().default(true).meta({
    title: "Pass DNS on to the hypervisor host's servers",
    group: 'Network',
    machineFlag: 'virtualbox-no-dns-proxy',
  }),
  hostDnsResolver: z.boolean().default(false).meta({
    title: "Resolve names with the hypervisor host's resolver",
    group: 'Network',
    machineFlag: 'virtualbox-host-dns-resolver',
  }),
  enginePort: z
    .int()
    .min(1)
    .max(65_535)
    .refine((port) => port !== 22, 'SSH listens on this port. Choose another one for the engine.')
    .default(2376)
    .meta({ title: 'Engine port', group: 'Network' }),
};

const shareFolder = z
  .string()
  .trim()
  .max(1024)
  .regex(/^\/[^\p{Cc}:]*:[A-Za-z0-9._-]{1,64}$/u, 'Must be FOLDER:NAME, such as /srv/code:code.')
  .optional();

const further = {
  shareFolder: shareFolder.meta({
    title: 'Shared folder',
    description:
      'Folder of the hypervisor host and its name in the machine, as FOLDER:NAME. An admin of the hypervisor host releases it by a file .quaymaster-share in it. Empty: nothing is shared.',
    placeholder: '/srv/code:code',
    group: 'VirtualBox',
    machineFlag: 'virtualbox-share-folder',
  }),
  uiType: z
    .enum(['headless', 'gui', 'sdl', 'separate'])
    .default('headless')
    .meta({
      title: 'Window',
      description:
        "All but headless need VirtualBox's service (VBoxSVC) to run already in a desktop session of the hypervisor host's account: the console passes on no DISPLAY.",
      choices: {
        headless: 'None (headless)',
        gui: 'Window',
        sdl: 'Plain window',
        separate: 'Window that can be closed',
      },
      group: 'VirtualBox',
      machineFlag: 'virtualbox-ui-type',
    }),
  checkVirtualisation: z.boolean().default(true).meta({
    title: 'Check that the CPU has VT-x or AMD-V',
    description: 'boot2docker is a 64-bit system, which VirtualBox runs only with it.',
    group: 'VirtualBox',
    machineFlag: 'virtualbox-no-vtx-check',
  }),
};

export const options = z
  .strictObject({
    hypervisorId: z
      .uuid({ error: 'Choose a hypervisor host, or register one.' })
      .meta({ title: 'Hypervisor host', widget: 'hypervisor' }),
    imageId: z.uuid({ error: 'Choose a boot2docker ISO, or add one to the library.' }).meta({
      title: 'boot2docker ISO',
      widget: 'image',
      machineFlag: 'virtualbox-boot2docker-url',
      accepts: { systems: ['boot2docker'], formats: ['iso'], architectures: ['amd64'] },
    }),
    ...hardware,
    ...network,
    ...further,
    ...importing,
  })
  .refine(({ importVm, importKeyId }) => importVm === undefined || importKeyId !== undefined, {
    path: ['importKeyId'],
    error: 'Choose the key that the copied disk lets in.',
  });

export type Options = z.output<typeof options>;

export const state = z.strictObject({
  /** Of the SSH key that signs in. */
  keyId: z.string().optional(),
  vmId: z.uuid().optional(),
  /** Interface of the hypervisor host: "vboxnet0". */
  adapter: z.string().optional(),
  /** On 127.0.0.1 of the hypervisor host, forwarded to port 22. */
  sshPort: z.int().optional(),
  /** In the host-only network, as it was read from the machine. */
  address: z.string().optional(),
});

export type State = z.output<typeof state>;

export const networkOf = ({ hostOnlyCidr }: Pick<Options, 'hostOnlyCidr'>) => parseNetwork(hostOnlyCidr);
