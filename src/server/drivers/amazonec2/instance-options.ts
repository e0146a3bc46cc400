import { z } from 'zod';

const tagText = (max: number) => z.string().max(max, `Enter at most ${max} characters.`);

/** How much IOPS a volume takes, see EbsBlockDevice in the EC2 API reference; at most `perGiB` beyond `least`. */
const iopsOf = {
  gp3: { least: 3000, most: 80_000, perGiB: 500 },
  io1: { least: 100, most: 64_000, perGiB: 50 },
  io2: { least: 100, most: 256_000, perGiB: 1000 },
} as const;

/** What is wrong with the IOPS of a volume; null where nothing is. Pure. */
export function iopsFault({
  volumeType,
  iops,
  rootGiB,
}: {
  volumeType: string;
  iops?: number | undefined;
  rootGiB: number;
}) {
  if (!hasIops(volumeType)) return iops === undefined ? null : 'Only gp3, io1 and io2 take a number.';
  if (iops === undefined) return volumeType === 'gp3' ? null : 'This volume type needs a number.';
  const { least, most, perGiB } = iopsOf[volumeType];
  const mostOfSize = Math.min(most, Math.max(least, perGiB * rootGiB));
  if (iops >= least && iops <= mostOfSize) return null;
  return `${volumeType} with ${rootGiB} GiB takes ${least} to ${mostOfSize}.`;
}

const hasIops = (type: string): type is keyof typeof iopsOf => Object.hasOwn(iopsOf, type);

/** Its disk, how it is paid for, and what it is told. */
export const instanceOptions = {
  volumeType: z
    .enum(['gp3', 'gp2', 'io1', 'io2', 'standard'])
    .default('gp3')
    .meta({ title: 'Volume type', group: 'Disk', machineFlag: 'amazonec2-volume-type' }),
  iops: z.int().min(100).max(256_000).optional().meta({
    title: 'IOPS',
    description:
      'Left empty: what comes with the type; io1 (100 to 64000) and io2 (100 to 256000) need it, gp3 takes 3000 to 80000.',
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
    description: 'IMDSv2 is required in any case. 2 lets containers reach it, with the rights of the instance profile.',
    group: 'Instance',
  }),
  tags: z.record(tagText(128).min(1), tagText(256)).default({}).meta({
    title: 'Tags',
    description: 'On the instance, its disk, its network interface, its key pair and its security group.',
    group: 'Instance',
    machineFlag: 'amazonec2-tags',
  }),
};
