import { generateKeyPairSync, randomUUID } from 'node:crypto';

import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';

import { AppError } from '@/server/errors/app-error';

import type { DriverContext } from '../driver';
import type { AwsSession, Ec2 } from './calls';
import type { AwsCredential } from './credential';
import { dryRun, takeBack } from './dry-run';
import { refuse } from './errors';
import { checkGroups } from './groups';
import { findImage } from './images';
import { launchOf } from './instance';
import { findNetwork } from './network';
import type { Ec2Options } from './options';
import { rulesFor } from './rules';
import { allowedSources, type FindOwnAddress } from './sources';
import { isOfTeam, nameOf, tagsOf } from './tags';

interface Account {
  readonly session: AwsSession;
  readonly values: AwsCredential;
  readonly find: FindOwnAddress;
}

/** A region that is not enabled refuses every call as if the key were wrong: the home region says which it is. */
async function checkRegion({ session, values }: Account, region: string): Promise<void> {
  if (region === values.region) return;
  const { Regions = [] } = await session.home('DescribeRegions', { AllRegions: true });
  const known = Regions.find(({ RegionName }) => RegionName === region);
  // A private cloud may have regions that it does not list.
  if (!known && values.endpoint === undefined) throw refuse('region', `There is no region ${region} for this account.`);
  if (known?.OptInStatus !== 'not-opted-in') return;
  throw refuse(
    'region',
    `The region ${region} is not enabled for this account. Enable it in the AWS console, or choose another one.`,
  );
}

/** What OpenSSH writes between the type of a key and its comment. */
const bodyOf = (publicKey: string | null | undefined): string | undefined => publicKey?.trim().split(/\s+/)[1];

/** Throws input.invalid where a key pair belongs to another private key; private clouds may not tell. */
async function checkPrivateKey(
  ctx: DriverContext,
  { keyPairName, sshKeyId }: Ec2Options,
  publicKey: string | undefined,
): Promise<void> {
  const theirs = bodyOf(publicKey);
  const ours = sshKeyId === undefined ? undefined : bodyOf(await ctx.publicKey?.(sshKeyId));
  if (theirs === undefined || ours === undefined || theirs === ours) return;
  throw refuse('sshKeyId', `The key pair "${keyPairName}" has another private key. Choose the one that belongs to it.`);
}

async function checkKeyPair(ctx: DriverContext, ec2: Ec2, options: Ec2Options): Promise<void> {
  const { keyPairName } = options;
  const name = keyPairName ?? nameOf(ctx);
  const { KeyPairs = [] } = await ec2('DescribeKeyPairs', {
    Filters: [{ Name: 'key-name', Values: [name] }],
    IncludePublicKey: true,
  });
  const known = KeyPairs.find(({ KeyName }) => KeyName === name);
  if (keyPairName !== undefined && !known) {
    throw refuse('keyPairName', `There is no key pair "${name}" in this region.`);
  }
  if (keyPairName !== undefined) return checkPrivateKey(ctx, options, known?.PublicKey);
  if (known && !isOfTeam(ctx, known.Tags)) {
    throw new AppError({
      code: 'driver.failed',
      public: `There is a key pair "${name}" already, which the console has not made. Remove it in the AWS console.`,
    });
  }
  if (!known) await mayImportKey(ctx, ec2, options);
}

/** A key that nobody has, as OpenSSH writes it: it is looked at and not kept. */
function sampleKey(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(x, 'base64url')].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-ed25519 ${Buffer.concat(parts).toString('base64')}`;
}

/** Whether the endpoint would let a key pair be imported. */
async function mayImportKey(ctx: DriverContext, ec2: Ec2, options: Ec2Options): Promise<void> {
  const name = nameOf(ctx);
  const made = await dryRun(
    ec2('ImportKeyPair', {
      KeyName: name,
      PublicKeyMaterial: Buffer.from(sampleKey()),
      TagSpecifications: [{ ResourceType: 'key-pair', Tags: tagsOf(ctx, name, options) }],
      DryRun: true,
    }),
  );
  if (made?.KeyPairId) await ec2('DeleteKeyPair', { KeyPairId: made.KeyPairId });
}

/**
 * Whether the endpoint would launch the instance. One that does not know dry runs launches it: that ends at once, and a spot
 * request before it, which would have it made again.
 */
async function mayLaunch(ctx: DriverContext, ec2: Ec2, launch: RunInstancesCommandInput): Promise<void> {
  // The token keeps a call that is repeated from launching a second one.
  const made = await dryRun(ec2('RunInstances', { ...launch, ClientToken: randomUUID(), DryRun: true }));
  for (const { InstanceId: id, SpotInstanceRequestId: request } of made?.Instances ?? []) {
    if (request) {
      const cancel = () => ec2('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [request] });
      await takeBack(ctx, `the spot request ${request}`, cancel);
    }
    if (!id) continue;
    await takeBack(ctx, `the instance ${id}`, () => ec2('TerminateInstances', { InstanceIds: [id] }));
    ctx.log.info(`The endpoint does not know dry runs and launched ${id} for the check: it was told to end.`);
  }
}

/** Looks for everything that would stand in the way, in the order in which it would. Leaves nothing behind. */
export async function precheckMachine(ctx: DriverContext, options: Ec2Options, account: Account): Promise<void> {
  const { ec2 } = account.session;
  await checkRegion(account, options.region);
  const network = await findNetwork(ec2, options);
  const image = await findImage(ctx, ec2, options);
  await checkKeyPair(ctx, ec2, options);
  const sources = await allowedSources(ctx, account.values, { options, find: account.find });
  await checkGroups(ctx, ec2, { options, vpcId: network.vpcId, rules: rulesFor(options, sources) });
  const launch = launchOf(ctx, options, {
    imageId: image.id,
    rootDevice: image.rootDevice,
    subnetId: network.subnetId,
    ...(options.keyPairName !== undefined && { keyName: options.keyPairName }),
  });
  await mayLaunch(ctx, ec2, launch);
}
