import { z } from 'zod';

import { regionSchema } from './credential';
import { instanceOptions, iopsFault } from './instance-options';
import { networkOptions } from './network-options';

const port = z
  .int({ error: 'Enter a port number from 1 to 65535.' })
  .min(1, 'Enter a port number from 1 to 65535.')
  .max(65_535, 'Enter a port number from 1 to 65535.');

export const options = z
  .strictObject({
    credentialId: z
      .uuid({ error: 'Choose a credential, or add one here.' })
      .meta({ title: 'Credential', widget: 'credential' }),
    region: regionSchema.default('us-east-1').meta({
      title: 'Region',
      live: { needs: ['credentialId'] },
      machineFlag: 'amazonec2-region',
    }),
    instanceType: z
      .string()
      .trim()
      .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'An instance type is written like t3.small.')
      .default('t3.small')
      .meta({
        title: 'Instance type',
        live: { needs: ['credentialId', 'region'], follows: ['zone'] },
        machineFlag: 'amazonec2-instance-type',
      }),
    image: z
      .string()
      .trim()
      .regex(
        /^(ubuntu|debian|amazon-linux)$|^ubuntu-\d\d\.\d\d$|^debian-\d\d$|^amazon-linux-20\d\d$|^ami-[0-9a-f]{8,17}$/,
        'Enter ubuntu, debian, amazon-linux, ubuntu-24.04, debian-12, amazon-linux-2023 and the like, or the id of an image: ami-…',
      )
      .default('ubuntu')
      .meta({
        title: 'Image',
        description:
          'ubuntu is the newest LTS, debian and amazon-linux the newest release, as they are when the machine is made. The console installs engines on Debian, Ubuntu and Amazon Linux 2023.',
        live: { needs: ['credentialId', 'region', 'instanceType'] },
        machineFlag: 'amazonec2-ami',
      }),
    rootGiB: z
      .int()
      .min(4, 'Enter 4 or more.')
      .max(16_384, 'Enter 16384 or less.')
      .default(16)
      .meta({ title: 'Root disk', unit: 'GiB', machineFlag: 'amazonec2-root-size' }),
    ...networkOptions,
    keyPairName: z.string().trim().min(1).max(255).optional().meta({
      title: 'Existing key pair',
      description: 'Left empty: the console makes a key for this machine and imports it.',
      group: 'SSH',
      machineFlag: 'amazonec2-keypair-name',
    }),
    sshKeyId: z.uuid().optional().meta({
      title: 'Its private key',
      description: "One of the team's SSH keys, with an existing key pair only.",
      widget: 'ssh-key',
      group: 'SSH',
      machineFlag: 'amazonec2-ssh-keypath',
    }),
    sshUser: z
      .string()
      .trim()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'A user name has lower-case letters, digits, "_" and "-" only.')
      .optional()
      .meta({
        title: 'SSH user',
        description: 'Left empty: that of the image: ubuntu, admin or ec2-user.',
        group: 'SSH',
        machineFlag: 'amazonec2-ssh-user',
      }),
    sshPort: port.default(22).meta({ title: 'SSH port', group: 'SSH', machineFlag: 'amazonec2-ssh-port' }),
    enginePort: port.default(2376).meta({ title: 'Engine port', group: 'SSH' }),
    ...instanceOptions,
  })
  .refine((value) => value.sshPort !== value.enginePort, {
    path: ['enginePort'],
    error: 'SSH listens on this port. Choose another one for the engine.',
  })
  .refine((value) => value.reach !== 'public' || value.hasPublicAddress, {
    path: ['reach'],
    error: 'It has no public address. Choose another one, or give it one.',
  })
  .refine((value) => value.reach !== 'ipv6' || value.hasIpv6, {
    path: ['reach'],
    error: 'It has no IPv6 address. Choose another one, or give it one.',
  })
  .refine((value) => (value.keyPairName === undefined) === (value.sshKeyId === undefined), {
    path: ['sshKeyId'],
    error: 'An existing key pair and its private key go together: give both, or none.',
  })
  .superRefine((value, ctx) => {
    const message = iopsFault(value);
    if (message !== null) ctx.addIssue({ code: 'custom', path: ['iops'], message });
  })
  .refine((value) => value.kmsKeyId === undefined || value.isEncrypted, {
    path: ['kmsKeyId'],
    error: 'A key is of use only where the disk is encrypted.',
  })
  .refine((value) => Object.keys(value.tags).length <= 40, { path: ['tags'], error: 'Give at most 40 tags.' })
  .refine((value) => Object.keys(value.tags).every((key) => !/^(aws:|quaymaster:|Name$)/i.test(key)), {
    path: ['tags'],
    error: 'Tags that begin with aws: or quaymaster:, and Name, are set for you.',
  });

export type Ec2Options = z.output<typeof options>;
