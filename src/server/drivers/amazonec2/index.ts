import { AppError } from '@/server/errors/app-error';

import {
  type ChangeContext,
  type CreateContext,
  defineDriver,
  type DriverContext,
  type Observation,
  type ProviderContext,
} from '../driver';
import type { AwsSession } from './calls';
import { choicesOf } from './choices';
import { type Connect, connectAws } from './connect';
import { createMachine } from './create';
import { type AwsCredential, credential } from './credential';
import { docs } from './docs';
import { isAwsError } from './errors';
import { waitUntilRuns, waitUntilStopped } from './instance';
import { observeInstance } from './observe';
import { type Ec2Options, options } from './options';
import { precheckMachine } from './precheck';
import { swarmFaults } from './rules';
import { type FindOwnAddress, findOwnAddress } from './sources';
import { type Ec2State, state } from './state';
import { discard, inventory, removeThings } from './things';

export interface Amazonec2Seams {
  readonly connect?: Connect;
  readonly findOwnAddress?: FindOwnAddress;
}

const noInstance = () =>
  new AppError({
    code: 'driver.failed',
    public: 'The machine has no instance at Amazon. Its creation did not come so far, or somebody terminated it.',
  });

/**
 * A machine in Amazon EC2, or in a private cloud that speaks its API: an instance with a key pair and a security group of its
 * own, tagged with team and machine. Source: docker/machine drivers/amazonec2; API version 2016-11-15.
 */
export const amazonec2 = ({ connect = connectAws(), findOwnAddress: find = findOwnAddress }: Amazonec2Seams = {}) => {
  const valuesOf = async (ctx: ProviderContext, id: string): Promise<AwsCredential> =>
    credential.parse(await ctx.credential(id));

  const open = async (ctx: ProviderContext, credentialId: string, region: string): Promise<AwsSession> => {
    ctx.signal.throwIfAborted();
    return connect(ctx, await valuesOf(ctx, credentialId), region);
  };

  const within = async <T>(
    ctx: ProviderContext,
    { credentialId, region }: Ec2Options,
    work: (session: AwsSession) => Promise<T>,
  ): Promise<T> => {
    const session = await open(ctx, credentialId, region);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  };

  /** Does something to the instance; afterwards, where it runs, its address may be another one. */
  const power = (
    ctx: ChangeContext<Ec2State>,
    given: { options: Ec2Options; state: Ec2State },
    { act, runs }: { act: (session: AwsSession, instanceId: string) => Promise<unknown>; runs: boolean },
  ) =>
    within(ctx, given.options, async (session) => {
      const { instanceId } = given.state;
      if (instanceId === undefined) throw noInstance();
      await act(session, instanceId);
      if (!runs) return;
      const { address } = await waitUntilRuns(ctx, session.ec2, { instanceId, options: given.options });
      if (address !== given.state.address) ctx.log.info(`The machine is at ${address} now.`);
      await ctx.checkpoint({ address });
    });

  const stop = (force: boolean) => (ctx: ChangeContext<Ec2State>, given: Ec2Options, known: Ec2State) =>
    power(
      ctx,
      { options: given, state: known },
      {
        runs: false,
        act: async ({ ec2 }, instanceId) => {
          try {
            await ec2('StopInstances', { InstanceIds: [instanceId], Force: force });
          } catch (error) {
            if (!isAwsError(error, 'UnsupportedOperation') || !given.isSpot) throw error;
            throw new AppError({
              code: 'driver.unsupported',
              public:
                'Amazon does not stop a spot instance that is terminated when it is taken back. Remove it, or make one that is stopped.',
              cause: error,
            });
          }
          await waitUntilStopped(ctx, ec2, instanceId);
        },
      },
    );

  return defineDriver({
    label: 'Amazon EC2',
    description: 'Makes an instance in Amazon EC2, or in a private cloud that speaks its API.',
    needs: 'An account at Amazon, or at a private cloud that speaks its API, whose credential may make instances.',
    icon: 'cloud',
    availability: 'production',
    docs,
    provisioning: 'ssh',
    options,
    credential: {
      schema: credential,
      check: async (ctx, values) => {
        const parsed = credential.parse(values);
        const session = await connect(ctx, parsed, parsed.region);
        try {
          const { account, arn } = await session.identity();
          return { account, arn };
        } finally {
          session.close();
        }
      },
    },
    choices: choicesOf(open),
    state,
    unsupported: {
      pause: 'Amazon EC2 runs an instance or stops it.',
      save: 'Amazon EC2 hibernates few types and images, and only where that was asked for at the launch.',
    },

    target: ({ enginePort, sshPort, sshUser }, { address, keyId, imageUser }) => ({
      address: address ?? null,
      enginePort,
      ssh:
        address !== undefined && keyId !== undefined
          ? { host: address, port: sshPort, user: sshUser ?? imageUser ?? 'ubuntu', keyId }
          : null,
    }),

    mayBeTakenAway: ({ isSpot }) => isSpot,

    swarmFaults,

    precheck: (ctx: DriverContext, given: Ec2Options) =>
      within(ctx, given, async (session) =>
        precheckMachine(ctx, given, { session, values: await valuesOf(ctx, given.credentialId), find }),
      ),

    create: (ctx: CreateContext<Ec2State>, given: Ec2Options, known: Ec2State) =>
      within(ctx, given, async ({ ec2 }) =>
        createMachine(ctx, given, { known, ec2, values: await valuesOf(ctx, given.credentialId), find }),
      ),

    observe: (ctx, given, known): Promise<Observation> =>
      within(ctx, given, ({ ec2 }) => observeInstance(ctx, given, { ec2, known })),

    start: (ctx, given, known) =>
      power(
        ctx,
        { options: given, state: known },
        {
          runs: true,
          act: ({ ec2 }, instanceId) => ec2('StartInstances', { InstanceIds: [instanceId] }),
        },
      ),
    stop: stop(false),
    kill: stop(true),
    restart: (ctx, given, known) =>
      power(
        ctx,
        { options: given, state: known },
        {
          runs: true,
          act: ({ ec2 }, instanceId) => ec2('RebootInstances', { InstanceIds: [instanceId] }),
        },
      ),

    remove: (ctx, given, known) =>
      within(ctx, given, ({ ec2 }) => removeThings(ctx, ec2, { ...known, keyPairName: given.keyPairName })),

    account: {
      key: ({ credentialId, region }) => `${credentialId} ${region}`,
      inventory: (ctx, given, machineId) => within(ctx, given, ({ ec2 }) => inventory(ctx, ec2, machineId)),
      discard: (ctx, given, thing) => within(ctx, given, ({ ec2 }) => discard(ctx, ec2, thing)),
    },
  });
};
