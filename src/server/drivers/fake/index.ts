import {
  type ChangeContext,
  type CreateContext,
  defineDriver,
  type DriverContext,
  type ProviderContext,
} from '../driver';
import {
  type OnCall,
  SimulatedAccount,
  simulatedAccountFolder,
  type SimulatedThing,
  type ThingKind,
  thingKinds,
} from './account';
import { simulatedChoices, simulatedCredential } from './credential';
import { options, state } from './options';
import { addressAfter, failed, play, quotaUsedUp } from './scenarios';

const enginePort = 2376;

interface Settings {
  readonly scenario: string;
  readonly size: string;
  readonly latencySeconds: number;
}

const stateKeys = {
  'key-pair': 'keyPairId',
  disk: 'diskId',
  instance: 'instanceId',
  address: 'addressId',
} as const satisfies Record<ThingKind, string>;

const powerStates = {
  on: 'running',
  off: 'stopped',
  paused: 'paused',
  saved: 'saved',
} as const satisfies Record<SimulatedThing['power'], string>;

type Change = ChangeContext<{ address?: string | undefined }>;

const lastMadeFirst = thingKinds.toReversed();

/**
 * A simulated provider for development and tests: nothing real is made. Its account is a folder of files that knows nothing
 * of the ledger, and the option `scenario` provokes every failure that a real provider can have. `onCall` is told of every
 * call, so that a test can crash at each.
 */
export const fake = (onCall: OnCall = () => undefined) => {
  const openAccount = (ctx: ProviderContext, { latencySeconds }: Settings, machineId: string | null) =>
    new SimulatedAccount({
      ...ctx,
      folder: simulatedAccountFolder(ctx.dataDir),
      latencyMs: latencySeconds * 1000,
      machineId,
      onCall,
    });

  const openMachine = (ctx: DriverContext, settings: Settings) => {
    const account = openAccount(ctx, settings, ctx.machine.id);
    return { account, list: () => account.list({ teamId: ctx.team.id, machineId: ctx.machine.id }) };
  };

  /** Asks for the thing also where the ledger has it: the provider gives the same one, or makes it anew if it is lost. */
  const ensure = async (ctx: DriverContext, settings: Settings, kind: ThingKind): Promise<string> => {
    ctx.signal.throwIfAborted();
    const name = `${ctx.team.slug}-${ctx.machine.name}`;
    const entry = await ctx.ledger.intend({ kind, name });
    const tags = { teamId: ctx.team.id, machineId: ctx.machine.id };
    const { thing, isNew } = await openMachine(ctx, settings).account.make({
      kind,
      name,
      size: settings.size,
      ...tags,
    });
    if (settings.scenario === 'lost-answer' && kind === 'instance' && isNew) {
      throw failed('The simulated provider was asked for an instance and did not answer in time. Retry to go on.');
    }
    if (entry.providerId !== thing.id) await ctx.ledger.created(entry.id, thing.id);
    return thing.id;
  };

  const findInstance = async (ctx: DriverContext, settings: Settings) =>
    (await openMachine(ctx, settings).list()).find(({ kind }) => kind === 'instance');

  const setPower = async (ctx: Change, settings: Settings, power: SimulatedThing['power']): Promise<void> => {
    const instance = await findInstance(ctx, settings);
    if (!instance) throw failed('The simulated provider has no such instance any more.');
    const { boots } = await openMachine(ctx, settings).account.setPower(instance, power);
    if (power === 'on') await ctx.checkpoint({ address: addressAfter(boots, settings.scenario) });
  };

  const remove = async (ctx: DriverContext, settings: Settings): Promise<number> => {
    const { account, list } = openMachine(ctx, settings);
    const things = await list();
    for (const kind of lastMadeFirst) {
      for (const thing of things.filter((known) => known.kind === kind)) {
        await account.drop(thing);
        ctx.log.info(`Removed ${kind} ${thing.id}.`);
      }
      for (const entry of await ctx.ledger.list()) if (entry.kind === kind) await ctx.ledger.gone(entry.id);
    }
    return things.length;
  };

  return defineDriver({
    label: 'Simulation',
    description: 'Pretends to make a machine, and fails in the way you choose.',
    needs: 'Nothing. Offered in development only.',
    icon: 'simulation',
    availability: 'development',
    provisioning: 'none',
    options,
    credential: simulatedCredential,
    choices: simulatedChoices,
    state,
    unsupported: {},

    target: (_options, { address = null }) => ({ address, enginePort, ssh: null }),

    precheck: (_ctx, { scenario }) => (scenario === 'quota' ? Promise.reject(quotaUsedUp()) : Promise.resolve()),

    create: async (ctx: CreateContext<Record<string, unknown>>, settings) => {
      for (const kind of thingKinds) {
        const id = await ensure(ctx, settings, kind);
        await ctx.checkpoint({ [stateKeys[kind]]: id });
        ctx.log.info(`Made ${kind} ${id}.`);
      }
      const address = addressAfter((await findInstance(ctx, settings))?.boots ?? 0, settings.scenario);
      await ctx.checkpoint({ address });
      ctx.log.info(`The instance has the address ${address}.`);
      await play(ctx, settings.scenario);
      if (settings.scenario !== 'provider-down') return;
      const path = await openMachine(ctx, settings).account.switchOff(ctx.machine.id);
      ctx.log.info(`The provider cannot be reached from now on. Remove ${path} to bring it back.`);
    },

    observe: async (ctx, settings, known) => {
      const instance = await findInstance(ctx, settings);
      if (!instance) return { state: 'absent', address: null, ssh: null };
      const address = addressAfter(instance.boots, settings.scenario);
      return {
        state: powerStates[instance.power],
        address,
        ssh: null,
        ...(address !== known.address && { learnt: { address } }),
      };
    },

    start: (ctx, settings) => setPower(ctx, settings, 'on'),
    stop: (ctx, settings) => setPower(ctx, settings, 'off'),
    restart: async (ctx, settings) => {
      await setPower(ctx, settings, 'off');
      await setPower(ctx, settings, 'on');
    },
    kill: (ctx, settings) => setPower(ctx, settings, 'off'),
    pause: (ctx, settings) => setPower(ctx, settings, 'paused'),
    save: (ctx, settings) => setPower(ctx, settings, 'saved'),

    remove: async (ctx, settings) => {
      const removed = await remove(ctx, settings);
      if (settings.scenario === 'remove-fails' && removed > 0) {
        throw failed('The simulated provider answered with an error. The second try works.');
      }
    },

    account: {
      key: () => 'simulated',
      inventory: async (ctx, settings, machineId) => {
        const things = await openAccount(ctx, settings, machineId).list({ teamId: ctx.team.id, machineId });
        return things.map(({ id, kind, name, machineId: owner, size, power }) => ({
          kind,
          name,
          providerId: id,
          machineId: owner,
          ...(kind === 'instance' && { description: `${size}, power ${power}` }),
        }));
      },
      discard: async (ctx, settings, unwanted) => {
        const account = openAccount(ctx, settings, unwanted.machineId);
        const things = await account.list({ teamId: ctx.team.id, machineId: unwanted.machineId });
        const matches = things.filter(({ id, kind, name }) =>
          unwanted.providerId === null ? kind === unwanted.kind && name === unwanted.name : id === unwanted.providerId,
        );
        for (const match of matches) await account.drop(match);
      },
    },
  });
};
