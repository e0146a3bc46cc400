import { z } from 'zod';

const portSchema = z
  .int({ error: 'Enter a port number from 1024 to 65535.' })
  .min(1024, 'Enter a port number from 1024 to 65535.')
  .max(65_535, 'Enter a port number from 1024 to 65535.');

/** What libvirt and the kernel take as the name of a network or a bridge. */
const networkName = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,62}$/,
    'A network name holds letters, digits, "_", ".", ":", "@" and "-" only, at most 63.',
  );

export const options = z
  .strictObject({
    hypervisorId: z.uuid({ error: 'Choose a hypervisor host, or register one.' }).meta({
      title: 'Hypervisor host',
      description: 'Where libvirt runs and the virtual machine will live.',
      widget: 'hypervisor',
    }),
    imageId: z.uuid({ error: 'Choose an image, or add one to the library.' }).meta({
      title: 'Image',
      description: 'A cloud image with cloud-init, or the ISO of boot2docker.',
      widget: 'image',
      accepts: {
        systems: ['boot2docker', 'debian', 'ubuntu', 'other'],
        formats: ['iso', 'qcow2', 'raw'],
        architectures: ['amd64'],
      },
    }),
    memoryMiB: z.int().min(512).max(4_194_304).default(2048).meta({ title: 'Memory', unit: 'MiB' }),
    cpus: z.int().min(1).max(512).default(2).meta({ title: 'CPUs' }),
    diskGiB: z.int().min(1).max(65_536).default(20).meta({
      title: 'Disk',
      description: 'What can be written to; on the hypervisor host it takes what is in use.',
      unit: 'GiB',
    }),
    networkKind: z
      .enum(['network', 'bridge', 'user'])
      .default('network')
      .meta({
        title: 'Network',
        group: 'Network',
        choices: {
          network: 'A network of libvirt (NAT, isolated or routed)',
          bridge: "A bridge of the hypervisor host: the machine is on the host's own network",
          user: 'User mode: no address of its own, ports of the hypervisor host lead to it',
        },
      }),
    networkName: networkName.optional().meta({
      title: 'Name of the network or bridge',
      description: 'Left empty: the network "default". A bridge has to be named.',
      group: 'Network',
      live: { needs: ['hypervisorId', 'networkKind'], follows: ['connection'] },
    }),
    enginePort: portSchema.default(2376).meta({
      title: 'Engine port',
      description:
        'Docker clients connect to it over TLS. In user mode it is a port of the hypervisor host too, so each machine there needs another one.',
      group: 'Network',
    }),
    sshUser: z
      .string()
      .trim()
      .regex(
        /^[a-z_][a-z0-9_-]{0,31}$/,
        'A user name begins with a small letter and holds small letters, digits, "_" and "-" only, at most 32.',
      )
      .refine((user) => user !== 'root', 'Cloud images refuse root. Choose another name.')
      .optional()
      .meta({
        title: 'SSH user',
        description: 'Made at the first boot, with sudo. Left empty: the one that the system is known for.',
      }),
    autostart: z.boolean().default(true).meta({ title: 'Start it when the hypervisor host starts' }),
    acceleration: z
      .enum(['auto', 'kvm', 'emulated'])
      .default('auto')
      .meta({
        title: 'Acceleration',
        group: 'Hardware',
        choices: {
          auto: 'By the hardware where it can, else emulated',
          kvm: 'By the hardware (KVM), or not at all',
          emulated: 'Emulated: works everywhere, and is many times slower',
        },
      }),
    cpuMode: z
      .enum(['auto', 'host-passthrough', 'host-model', 'maximum'])
      .default('auto')
      .meta({
        title: 'CPU model',
        group: 'Hardware',
        choices: {
          auto: "The hypervisor host's own, where KVM runs",
          'host-passthrough': "Exactly the hypervisor host's",
          'host-model': "Close to the hypervisor host's, and can be moved to others",
          maximum: 'Everything that can be offered',
        },
      }),
    firmware: z
      .enum(['bios', 'uefi'])
      .default('bios')
      .meta({
        title: 'Firmware',
        group: 'Hardware',
        choices: { bios: 'BIOS', uefi: 'UEFI' },
      }),
    connection: z
      .enum(['system', 'session'])
      .default('system')
      .meta({
        title: 'libvirt connection',
        description: 'A session needs no rights on the hypervisor host, and knows user mode only.',
        group: 'Hardware',
        choices: {
          system: "The system's (qemu:///system)",
          session: "The SSH user's own (qemu:///session)",
        },
      }),
  })
  .superRefine((value, context) => {
    if (value.networkKind === 'bridge' && value.networkName === undefined) {
      context.addIssue({ code: 'custom', path: ['networkName'], message: 'Name the bridge of the hypervisor host.' });
    }
    if (value.networkKind === 'network' && value.connection === 'session') {
      context.addIssue({
        code: 'custom',
        path: ['networkKind'],
        message: 'A session of libvirt has no networks. Choose user mode, or the connection of the system.',
      });
    }
    if (value.acceleration === 'emulated' && value.cpuMode === 'host-passthrough') {
      context.addIssue({
        code: 'custom',
        path: ['cpuMode'],
        message: "An emulated machine cannot have the hypervisor host's own CPU. Choose another model.",
      });
    }
  });

export const state = z.strictObject({
  /** Of the machine's own SSH key. */
  sshKeyId: z.string().optional(),
  sshUser: z.string().optional(),
  /** In user mode: the port of the hypervisor host that leads to the machine's SSH. */
  sshPort: z.int().optional(),
  address: z.string().optional(),
});

export type Options = z.output<typeof options>;
export type State = z.output<typeof state>;
