import { z } from 'zod';

import { cidrSchema } from '@/lib/cidr';

import { regionSchema } from './credential';

const port = z
  .int({ error: 'Enter a port number from 1 to 65535.' })
  .min(1, 'Enter a port number from 1 to 65535.')
  .max(65_535, 'Enter a port number from 1 to 65535.');

const id = (prefix: string) =>
  z
    .string()
    .trim()
    .regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `It is written like ${prefix}-0123456789abcdef0.`);

const tagText = (max: number) => z.string().max(max, `Enter at most ${max} characters.`);

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
        /^(ubuntu|debian)$|^ubuntu-\d\d\.\d\d$|^debian-\d\d$|^ami-[0-9a-f]{8,17}$/,
        'Enter ubuntu, debian, ubuntu-24.04, debian-12 and the like, or the id of an image: ami-…',
      )
      .default('ubuntu')
      .meta({
        title: 'Image',
        description:
          'ubuntu is the newest LTS, debian the newest release, as they are when the machine is made. The console installs engines on Debian and Ubuntu; Amazon Linux is not among them yet.',
        live: { needs: ['credentialId', 'region', 'instanceType'] },
        machineFlag: 'amazonec2-ami',
      }),
    rootGiB: z
      .int()
      .min(4, 'Enter 4 or more.')
      .max(16_384, 'Enter 16384 or less.')
      .default(16)
      .meta({ title: 'Root disk', unit: 'GiB', machineFlag: 'amazonec2-root-size' }),
    zone: z
      .string()
      .trim()
      .regex(/^[a-z0-9-]{1,60}$/, 'A zone is written like eu-central-1a, or a.')
      .optional()
      .meta({
        title: 'Zone',
        description: 'Left empty: the first that offers the instance type.',
        group: 'Network',
        live: { needs: ['credentialId', 'region'] },
        machineFlag: 'amazonec2-zone',
      }),
    vpcId: id('vpc')
      .optional()
      .meta({
        title: 'VPC',
        description: 'Left empty: that of the subnet, or the default one of the account.',
        group: 'Network',
        live: { needs: ['credentialId', 'region'] },
        machineFlag: 'amazonec2-vpc-id',
      }),
    subnetId: id('subnet')
      .optional()
      .meta({
        title: 'Subnet',
        description: 'Left empty: the default one of the zone, or the only one.',
        group: 'Network',
        live: { needs: ['credentialId', 'region'], follows: ['vpcId', 'zone'] },
        machineFlag: 'amazonec2-subnet-id',
      }),
    hasPublicAddress: z
      .boolean()
      .default(true)
      .meta({ title: 'Public address', group: 'Network', machineFlag: 'amazonec2-private-address-only' }),
    reach: z
      .enum(['public', 'private', 'ipv6'])
      .default('public')
      .meta({
        title: 'Reached at',
        description: 'The address that the console and Docker clients use.',
        choices: { public: 'Its public address', private: 'Its private address', ipv6: 'Its IPv6 address' },
        group: 'Network',
        machineFlag: 'amazonec2-use-private-address',
      }),
    hasIpv6: z
      .boolean()
      .default(false)
      .meta({ title: 'IPv6 address', description: 'The subnet has to have an IPv6 range.', group: 'Network' }),
    securityGroups: z
      .array(
        z
          .string()
          .trim()
          .min(1)
          .max(255)
          .regex(/^[\w ._:/()#,@[\]+=&;{}!$*-]+$/, 'A security group has a name, or an id like sg-0123456789abcdef0.'),
      )
      .max(5, 'A network interface takes at most 5.')
      .default([])
      .meta({
        title: 'Security groups',
        description:
          'By id or name. Left empty: one is made for this machine, and goes with it. A name that is not there yet is made, and shared by the machines of the team that name it.',
        group: 'Who may reach it',
        live: { needs: ['credentialId', 'region'], follows: ['vpcId', 'subnetId'] },
        machineFlag: 'amazonec2-security-group',
      }),
    maySecurityGroupsChange: z.boolean().default(false).meta({
      title: 'Add missing rules to them',
      description: 'To groups that the console has not made. Otherwise what they lack is told, and nothing is changed.',
      group: 'Who may reach it',
      machineFlag: 'amazonec2-security-group-readonly',
    }),
    allowedSources: z.array(cidrSchema).max(50, 'Give at most 50.').default([]).meta({
      title: 'Allowed sources',
      description:
        "Addresses or CIDR blocks that reach SSH, the engine and the open ports, beside the console itself and the team's own list.",
      placeholder: '198.51.100.0/24',
      group: 'Who may reach it',
    }),
    openPorts: z
      .array(
        z
          .string()
          .trim()
          .regex(/^([1-9]\d{0,4})(\/(tcp|udp))?$/i, 'A port is written like 8080 or 8080/udp.'),
      )
      .max(40, 'Give at most 40.')
      .default([])
      .meta({
        title: 'Open ports',
        description: 'For the allowed sources. 3376 for the manager of a classic Swarm.',
        placeholder: '8080',
        group: 'Who may reach it',
        machineFlag: 'amazonec2-open-port',
      }),
    hasSwarmPorts: z.boolean().default(false).meta({
      title: 'Swarm ports',
      description: '2377/tcp, 7946/tcp and udp, 4789/udp, between the machines of its security group only.',
      group: 'Who may reach it',
    }),
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
        description: 'Left empty: that of the image, ubuntu or admin.',
        group: 'SSH',
        machineFlag: 'amazonec2-ssh-user',
      }),
    sshPort: port.default(22).meta({ title: 'SSH port', group: 'SSH', machineFlag: 'amazonec2-ssh-port' }),
    enginePort: port.default(2376).meta({ title: 'Engine port', group: 'SSH' }),
    volumeType: z
      .enum(['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1', 'standard'])
      .default('gp3')
      .meta({ title: 'Volume type', group: 'Disk', machineFlag: 'amazonec2-volume-type' }),
    iops: z.int().min(100).max(256_000).optional().meta({
      title: 'IOPS',
      description: 'Left empty: what comes with the type; io1 and io2 need it.',
      group: 'Disk',
    }),
    deviceName: z
      .string()
      .regex(/^\/dev\/[a-z0-9]+$/, 'A device is written like /dev/sda1.')
      .optional()
      .meta({
        title: 'Root device',
        description: 'Left empty: that of the image.',
        group: 'Disk',
        machineFlag: 'amazonec2-device-name',
      }),
    isEncrypted: z.boolean().default(true).meta({ title: 'Encrypt the disk', group: 'Disk' }),
    kmsKeyId: z
      .string()
      .trim()
      .max(2048)
      .regex(/^(arn:[a-z-]+:kms:|alias\/)?[\w:/-]+$/, 'A KMS key has an id, an ARN, or an alias like alias/disks.')
      .optional()
      .meta({ title: 'KMS key', description: "Left empty: the account's key for disks.", group: 'Disk' }),
    isSpot: z.boolean().default(false).meta({
      title: 'Spot instance',
      description: 'Cheaper, and Amazon may take it back at two minutes notice.',
      group: 'Spot',
      machineFlag: 'amazonec2-request-spot-instance',
    }),
    spotMaxPrice: z.number().min(0.0001).max(1000).optional().meta({
      title: 'Highest price',
      description: 'Left empty: that of an ordinary instance.',
      unit: 'USD/h',
      group: 'Spot',
      machineFlag: 'amazonec2-spot-price',
    }),
    spotInterruption: z
      .enum(['terminate', 'stop'])
      .default('terminate')
      .meta({
        title: 'When it is taken back',
        choices: {
          terminate: 'It is terminated, and cannot be stopped before',
          stop: 'It is stopped, and may be started again',
        },
        group: 'Spot',
      }),
    instanceProfile: z
      .string()
      .trim()
      .max(1024)
      .regex(/^(arn:[a-z-]+:iam::\d{12}:instance-profile\/)?[\w+=,.@/-]+$/, 'An instance profile has a name or an ARN.')
      .optional()
      .meta({
        title: 'Instance profile',
        description: 'The role that programs on the machine have. The credential needs iam:PassRole for it.',
        group: 'Instance',
        machineFlag: 'amazonec2-iam-instance-profile',
      }),
    userData: z
      .string()
      .max(16_384, 'User data has at most 16 KiB.')
      .refine((text) => Buffer.byteLength(text) <= 16_384, 'User data has at most 16 KiB.')
      .optional()
      .meta({
        title: 'User data',
        description: 'For cloud-init, at the first start. Readable on the machine: no secrets.',
        multiline: true,
        group: 'Instance',
        machineFlag: 'amazonec2-userdata',
      }),
    isMonitored: z
      .boolean()
      .default(false)
      .meta({ title: 'Detailed monitoring', group: 'Instance', machineFlag: 'amazonec2-monitoring' }),
    isEbsOptimized: z.boolean().default(false).meta({
      title: 'EBS-optimised',
      description: 'Instance types of today are so without asking.',
      group: 'Instance',
      machineFlag: 'amazonec2-use-ebs-optimized-instance',
    }),
    metadataHops: z.int().min(1).max(64).default(1).meta({
      title: 'Metadata hops',
      description:
        'IMDSv2 is required in any case. 2 lets containers reach it, with the rights of the instance profile.',
      group: 'Instance',
    }),
    tags: z.record(tagText(128).min(1), tagText(256)).default({}).meta({
      title: 'Tags',
      description: 'On the instance, its disk, its network interface, its key pair and its security group.',
      group: 'Instance',
      machineFlag: 'amazonec2-tags',
    }),
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
  .refine((value) => !['io1', 'io2'].includes(value.volumeType) || value.iops !== undefined, {
    path: ['iops'],
    error: 'This volume type needs a number.',
  })
  .refine((value) => value.iops === undefined || ['gp3', 'io1', 'io2'].includes(value.volumeType), {
    path: ['iops'],
    error: 'Only gp3, io1 and io2 take a number.',
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

export const state = z.strictObject({
  keyId: z.string().optional(),
  vpcId: z.string().optional(),
  subnetId: z.string().optional(),
  zone: z.string().optional(),
  imageId: z.string().optional(),
  imageUser: z.string().optional(),
  rootDevice: z.string().optional(),
  keyName: z.string().optional(),
  groupIds: z.array(z.string()).optional(),
  /** Differs from attempt to attempt, so that a new one is not answered with the instance of an old one. */
  attempt: z.string().optional(),
  instanceId: z.string().optional(),
  spotRequestId: z.string().optional(),
  address: z.string().optional(),
});

export type Ec2State = z.output<typeof state>;
