import { randomUUID } from 'node:crypto';

import type { Instance } from '@aws-sdk/client-ec2';

import { waitFor } from '@/server/clock/wait-for';

import type { CreateContext } from '../driver';
import type { Ec2 } from './calls';
import type { AwsCredential } from './credential';
import { isAwsError } from './errors';
import { ensureGroups } from './groups';
import { findImage } from './images';
import { clientToken, findInstance, isGone, launchOf, runInstance, waitUntilRuns } from './instance';
import { findNetwork } from './network';
import type { Ec2Options } from './options';
import { rulesFor } from './rules';
import { allowedSources, type FindOwnAddress } from './sources';
import { endSpotRequests } from './spot';
import type { Ec2State } from './state';
import { nameOf, tagFilters, tagsOf } from './tags';

interface Making {
  readonly ctx: CreateContext<Ec2State>;
  readonly ec2: Ec2;
  readonly options: Ec2Options;
  readonly state: Ec2State;
  learn(patch: Partial<Ec2State>): Promise<void>;
}

async function ensureKeyPair({ ctx, ec2, options, learn }: Making): Promise<void> {
  if (options.keyPairName !== undefined && options.sshKeyId !== undefined) {
    await learn({ keyName: options.keyPairName, keyId: options.sshKeyId });
    return;
  }
  const { id, publicKey } = await ctx.sshKey();
  const name = nameOf(ctx);
  const entry = await ctx.ledger.intend({ kind: 'key-pair', name });
  const find = async () => {
    const { KeyPairs = [] } = await ec2('DescribeKeyPairs', { Filters: tagFilters(ctx, ctx.machine.id) });
    return KeyPairs.find(({ KeyName }) => KeyName === name)?.KeyPairId;
  };
  const known = await find();
  const pairId = known ?? (await importKey());
  if (entry.providerId !== pairId) await ctx.ledger.created(entry.id, pairId);
  await learn({ keyName: name, keyId: id });

  async function importKey(): Promise<string> {
    try {
      const { KeyPairId = '' } = await ec2('ImportKeyPair', {
        KeyName: name,
        PublicKeyMaterial: Buffer.from(publicKey),
        TagSpecifications: [{ ResourceType: 'key-pair', Tags: tagsOf(ctx, name, options) }],
      });
      ctx.log.info(`Imported key pair ${KeyPairId}, ${name}.`);
      return KeyPairId;
    } catch (error) {
      // Allowed: the answer to an earlier try was lost.
      if (!isAwsError(error, 'InvalidKeyPair.Duplicate')) throw error;
      return waitFor({
        clock: ctx.clock,
        signal: ctx.signal,
        everyMs: 2000,
        timeoutMs: 60_000,
        timeout: { code: 'driver.failed', what: `The appearance of the key pair ${name}` },
        poll: async () => {
          const found = await find();
          return found === undefined
            ? { done: false, observed: 'there is one of this name, which the console has not made' }
            : { done: true, value: found };
        },
      });
    }
  }
}

/** The instance that the machine has already; undefined where it has none, or has lost it. */
const present = async ({ ec2, state }: Making): Promise<Instance | undefined> => {
  const { instanceId } = state;
  if (instanceId === undefined) return undefined;
  const instance = await findInstance(ec2, instanceId);
  return instance && !isGone(instance) ? instance : undefined;
};

/** Another token for the launch: one whose instance has ended is answered with that one for an hour, or refused. */
async function beginAttempt({ ctx, ec2, options, state, learn }: Making): Promise<void> {
  if (options.isSpot && state.attempt !== undefined) await endSpotRequests(ctx, ec2, state.spotRequestId);
  await learn({ attempt: randomUUID(), instanceId: undefined, spotRequestId: undefined });
}

const launch = ({ ctx, ec2, options, state }: Making): Promise<Instance> =>
  runInstance(ctx, ec2, { launch: launchOf(ctx, options, state), token: clientToken(ctx, state.attempt ?? '') });

/** Undefined where an earlier try of this attempt, whose answer was lost, had an instance that is gone. */
async function launchUnlessEnded(making: Making): Promise<Instance | undefined> {
  try {
    return await launch(making);
  } catch (error) {
    if (!isAwsError(error, 'IdempotentInstanceTerminated')) throw error;
    return undefined;
  }
}

async function ensureInstance(making: Making): Promise<Instance> {
  const { ctx, options, learn } = making;
  const known = await present(making);
  const kept = known ?? (making.state.instanceId === undefined ? undefined : await waitForYoung(making));
  if (kept) return kept;
  const entry = await ctx.ledger.intend({ kind: 'instance', name: ctx.machine.name });
  const request = options.isSpot ? await ctx.ledger.intend({ kind: 'spot-request', name: ctx.machine.name }) : null;
  if (making.state.attempt === undefined || making.state.instanceId !== undefined) await beginAttempt(making);
  let instance = await launchUnlessEnded(making);
  if (!instance || isGone(instance)) {
    await beginAttempt(making);
    instance = await launch(making);
  }
  const { InstanceId: instanceId = '', SpotInstanceRequestId: spotRequestId } = instance;
  await ctx.ledger.created(entry.id, instanceId);
  if (request && spotRequestId) await ctx.ledger.created(request.id, spotRequestId);
  await learn({ instanceId, ...(spotRequestId ? { spotRequestId } : {}) });
  ctx.log.info(`Launched instance ${instanceId}${spotRequestId ? `, spot request ${spotRequestId}` : ''}.`);
  return instance;
}

const youngForMs = 60_000;

/** An id that Amazon gave a moment ago and does not know yet is no reason to launch a second instance. */
async function waitForYoung(making: Making): Promise<Instance | undefined> {
  const { ctx, ec2, state } = making;
  const until = ctx.clock.now().getTime() + youngForMs;
  for (;;) {
    const instance = await findInstance(ec2, state.instanceId ?? '');
    if (instance) return isGone(instance) ? undefined : instance;
    if (ctx.clock.now().getTime() >= until) return undefined;
    await ctx.clock.sleep(3000, ctx.signal);
  }
}

interface Known {
  readonly known: Ec2State;
  readonly ec2: Ec2;
  readonly values: AwsCredential;
  readonly find: FindOwnAddress;
}

/** Makes what is not there yet, and goes on from the last checkpoint where it is called again. */
export async function createMachine(
  ctx: CreateContext<Ec2State>,
  options: Ec2Options,
  { known, ec2, values, find }: Known,
): Promise<void> {
  let state: Ec2State = known;
  const making: Making = {
    ctx,
    ec2,
    options,
    get state() {
      return state;
    },
    learn: async (patch) => {
      state = { ...state, ...patch };
      await ctx.checkpoint(patch);
    },
  };
  if (state.subnetId === undefined) {
    const network = await findNetwork(ec2, options);
    await making.learn(network);
    ctx.log.info(`Subnet ${network.subnetId} of ${network.vpcId}, zone ${network.zone}.`);
  }
  if (state.imageId === undefined) {
    const image = await findImage(ctx, ec2, options);
    const user = options.sshUser ?? image.distribution?.user ?? 'ubuntu';
    await making.learn({ imageId: image.id, imageUser: user, rootDevice: image.rootDevice });
    ctx.log.info(`Image ${image.id}, ${image.name}.`);
  }
  const sources = await allowedSources(ctx, values, { options, find });
  await ensureKeyPair(making);
  const place = {
    options,
    vpcId: making.state.vpcId ?? '',
    rules: rulesFor(options, sources),
    noteAdded: (rules: readonly string[]) =>
      making.learn({ addedRules: [...new Set([...(making.state.addedRules ?? []), ...rules])] }),
  };
  await making.learn({ groupIds: [...(await ensureGroups(ctx, ec2, place))] });
  const { InstanceId: instanceId = '' } = await ensureInstance(making);
  const { address } = await waitUntilRuns(ctx, ec2, { instanceId, options });
  await making.learn({ address });
  ctx.log.info(`The instance runs at ${address}.`);
}
