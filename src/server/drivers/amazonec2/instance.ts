import { createHash } from 'node:crypto';

import type { Instance, RunInstancesCommandInput, TagSpecification } from '@aws-sdk/client-ec2';

import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import type { DriverContext, ProviderContext } from '../driver';
import type { Ec2 } from './calls';
import { isAwsError } from './errors';
import type { Ec2Options } from './options';
import type { Ec2State } from './state';
import { tagFilters, tagsOf } from './tags';

const everyMs = 3000;
const minutes = 60_000;

export const isGone = ({ State }: Instance): boolean => State?.Name === 'terminated' || State?.Name === 'shutting-down';

/** An instance by its id, or undefined where Amazon does not know it (yet). */
export async function findInstance(ec2: Ec2, instanceId: string): Promise<Instance | undefined> {
  try {
    const { Reservations = [] } = await ec2('DescribeInstances', { InstanceIds: [instanceId] });
    return Reservations.flatMap(({ Instances = [] }) => Instances)[0];
  } catch (error) {
    // Allowed: gone for more than an hour, or so young that not every server has heard of it.
    if (isAwsError(error, 'InvalidInstanceID*')) return undefined;
    throw error;
  }
}

const spotOf = ({ spotMaxPrice, spotInterruption }: Ec2Options): RunInstancesCommandInput['InstanceMarketOptions'] => ({
  MarketType: 'spot',
  SpotOptions: {
    // Only a lasting request can be stopped and started again.
    SpotInstanceType: spotInterruption === 'stop' ? 'persistent' : 'one-time',
    InstanceInterruptionBehavior: spotInterruption,
    ...(spotMaxPrice !== undefined && { MaxPrice: String(spotMaxPrice) }),
  },
});

const profileOf = (profile: string) => (profile.startsWith('arn:') ? { Arn: profile } : { Name: profile });

const diskOf = (options: Ec2Options, rootDevice: string) => ({
  DeviceName: options.deviceName ?? rootDevice,
  Ebs: {
    VolumeSize: options.rootGiB,
    VolumeType: options.volumeType,
    DeleteOnTermination: true,
    Encrypted: options.isEncrypted,
    ...(options.iops !== undefined && { Iops: options.iops }),
    ...(options.kmsKeyId !== undefined && { KmsKeyId: options.kmsKeyId }),
  },
});

const tagSpecifications = (ctx: DriverContext, options: Ec2Options): TagSpecification[] =>
  (
    ['instance', 'volume', 'network-interface', ...(options.isSpot ? ['spot-instances-request' as const] : [])] as const
  ).map((ResourceType) => ({ ResourceType, Tags: tagsOf(ctx, ctx.machine.name, options) }));

type Launch = Pick<Ec2State, 'imageId' | 'rootDevice' | 'subnetId' | 'groupIds' | 'keyName'>;

/** What RunInstances gets, the same for the same machine. Pure. */
export const launchOf = (
  ctx: DriverContext,
  options: Ec2Options,
  { imageId, rootDevice = '/dev/sda1', subnetId, groupIds, keyName }: Launch,
): RunInstancesCommandInput => ({
  MinCount: 1,
  MaxCount: 1,
  ImageId: imageId,
  InstanceType: options.instanceType as never,
  ...(keyName !== undefined && { KeyName: keyName }),
  NetworkInterfaces: [
    {
      DeviceIndex: 0,
      SubnetId: subnetId,
      ...(groupIds !== undefined && { Groups: [...groupIds] }),
      AssociatePublicIpAddress: options.hasPublicAddress,
      DeleteOnTermination: true,
      ...(options.hasIpv6 && { Ipv6AddressCount: 1 }),
    },
  ],
  BlockDeviceMappings: [diskOf(options, rootDevice)],
  MetadataOptions: {
    HttpTokens: 'required',
    HttpEndpoint: 'enabled',
    HttpPutResponseHopLimit: options.metadataHops,
  },
  Monitoring: { Enabled: options.isMonitored },
  ...(options.isEbsOptimized && { EbsOptimized: true }),
  ...(options.instanceProfile !== undefined && { IamInstanceProfile: profileOf(options.instanceProfile) }),
  ...(options.userData !== undefined && { UserData: Buffer.from(options.userData).toString('base64') }),
  ...(options.isSpot && { InstanceMarketOptions: spotOf(options) }),
  TagSpecifications: tagSpecifications(ctx, options),
});

/** One attempt gets one instance, however often it is asked for. */
export const clientToken = ({ machine }: DriverContext, attempt: string): string =>
  createHash('sha256').update(`${machine.id} ${attempt}`).digest('hex');

const byToken = async (ctx: ProviderContext, ec2: Ec2, token: string): Promise<Instance | undefined> => {
  const { Reservations = [] } = await ec2('DescribeInstances', {
    Filters: [...tagFilters(ctx, null), { Name: 'client-token', Values: [token] }],
  });
  return Reservations.flatMap(({ Instances = [] }) => Instances)[0];
};

/** Asks for the instance of an attempt; what was just made and is not known everywhere yet is waited for. */
export async function runInstance(
  ctx: DriverContext,
  ec2: Ec2,
  { launch, token }: { launch: RunInstancesCommandInput; token: string },
): Promise<Instance> {
  return waitFor<Instance>({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs,
    timeoutMs: 3 * minutes,
    timeout: { code: 'driver.failed', what: 'The launch of the instance' },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      try {
        const { Instances = [] } = await ec2('RunInstances', { ...launch, ClientToken: token });
        const [instance] = Instances;
        return instance ? { done: true, value: instance } : { done: false, observed: 'Amazon gave no instance.' };
      } catch (error) {
        const isYoung = isAwsError(error, 'InvalidGroup.NotFound', 'InvalidKeyPair.NotFound');
        if (isYoung) return { done: false, observed: 'Amazon does not know its key pair or security group yet.' };
        if (!isAwsError(error, 'IdempotentParameterMismatch')) throw error;
        const known = await byToken(ctx, ec2, token);
        if (!known) throw error;
        return { done: true, value: known };
      }
    },
  });
}

/** The address that the options choose, as the instance has it now. Pure. */
export const addressOf = (instance: Instance, { reach }: Ec2Options): string | null => {
  if (reach === 'public') return instance.PublicIpAddress ?? null;
  if (reach === 'private') return instance.PrivateIpAddress ?? null;
  const addresses = (instance.NetworkInterfaces ?? []).flatMap(({ Ipv6Addresses = [] }) => Ipv6Addresses);
  return instance.Ipv6Address ?? addresses[0]?.Ipv6Address ?? null;
};

const interruption = /^Server\.SpotInstance(Termination|Shutdown)$/;

/** Why an instance is as it is, where that is not what somebody asked for. Pure. */
export const whyOf = ({ StateReason }: Instance): string | undefined => {
  const { Code = '', Message = '' } = StateReason ?? {};
  if (interruption.test(Code)) return `Amazon took the spot instance back: ${Message || Code}`;
  if (Code === '' || Code.startsWith('Client.UserInitiated') || Code === 'pending') return undefined;
  return Message || Code;
};

const ended = (instance: Instance): AppError => {
  const why = whyOf(instance) ?? 'somebody terminated it.';
  const hint = /KMS|on launch/i.test(why) ? ' The credential may lack the use of the KMS key.' : '';
  return new AppError({
    code: 'driver.failed',
    public: `The instance ${instance.InstanceId} ended while the console waited for it: ${why}${hint}`,
  });
};

/** Waits until an instance runs and has its address. */
export const waitUntilRuns = (
  ctx: ProviderContext,
  ec2: Ec2,
  { instanceId, options }: { instanceId: string; options: Ec2Options },
): Promise<{ readonly instance: Instance; readonly address: string }> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs,
    timeoutMs: 10 * minutes,
    timeout: { code: 'driver.failed', what: `The start of ${instanceId}` },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      const instance = await findInstance(ec2, instanceId);
      if (!instance) return { done: false, observed: `Amazon does not know ${instanceId} yet.` };
      if (isGone(instance)) throw ended(instance);
      const address = addressOf(instance, options);
      if (instance.State?.Name === 'running' && address) return { done: true, value: { instance, address } };
      const state = instance.State?.Name ?? 'unknown';
      return {
        done: false,
        observed: `${instanceId} is ${state}${state === 'running' ? ', without an address' : ''}.`,
      };
    },
  });

export const endWaitMs = 15 * minutes;

/** Waits until instances are gone, so that what they used can be removed. */
export const waitUntilGone = (ctx: ProviderContext, ec2: Ec2, instanceId: string): Promise<void> =>
  waitFor<void>({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs,
    timeoutMs: endWaitMs,
    timeout: { code: 'driver.failed', what: `The end of ${instanceId}` },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      const instance = await findInstance(ec2, instanceId);
      const state = instance?.State?.Name;
      return !instance || state === 'terminated'
        ? { done: true, value: undefined }
        : { done: false, observed: `${instanceId} is ${state}.` };
    },
  });

const stopWaitMs = 4 * minutes;

/** Waits until an instance stands still; one that takes longer goes on stopping, and the caller asks again. */
export async function waitUntilStopped(ctx: ProviderContext, ec2: Ec2, instanceId: string): Promise<void> {
  const until = ctx.clock.now().getTime() + stopWaitMs;
  for (;;) {
    const instance = await findInstance(ec2, instanceId);
    if (instance?.State?.Name !== 'stopping' && instance?.State?.Name !== 'running') return;
    if (ctx.clock.now().getTime() >= until) return;
    await ctx.clock.sleep(everyMs, ctx.signal);
  }
}
