import { randomUUID } from 'node:crypto';

import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import { type CreateContext, defineDriver, type DriverContext } from '../driver';
import type { LedgerEntry } from '../ledger';
import { options, state } from './options';

const enginePort = 2376;
const slowBootMs = 20_000;
const floodLines = 20_000;
/** TEST-NET-1 (RFC 5737): an address that is nobody's. */
const address = '192.0.2.1';

const nameOf = ({ machine }: DriverContext) => `${machine.teamSlug}-${machine.name}`;

/** The ledger is the account: what stands in it exists. A machine that is off has a `power-off` in it. */
const find = async (ctx: DriverContext, kind: string): Promise<LedgerEntry | undefined> =>
  (await ctx.ledger.list()).find((entry) => entry.kind === kind);

const ensure = async (ctx: DriverContext, kind: string): Promise<string> => {
  ctx.signal.throwIfAborted();
  const entry = await ctx.ledger.intend({ kind, name: nameOf(ctx) });
  if (entry.providerId !== null) return entry.providerId;
  const providerId = `${kind}-${randomUUID().slice(0, 8)}`;
  await ctx.ledger.created(entry.id, providerId);
  return providerId;
};

const drop = async (ctx: DriverContext, kind: string): Promise<void> => {
  const entry = await find(ctx, kind);
  if (entry) await ctx.ledger.gone(entry.id);
};

const boot = (ctx: DriverContext, takesMs: number): Promise<string> => {
  const readyAt = ctx.clock.now().getTime() + takesMs;
  return waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: takesMs + 60_000,
    timeout: { code: 'driver.failed', what: 'The boot' },
    onWaiting: (observed) => ctx.log.info(`Still waiting: ${observed}.`),
    poll: () =>
      Promise.resolve(
        ctx.clock.now().getTime() >= readyAt
          ? { done: true, value: address }
          : { done: false, observed: 'the instance boots' },
      ),
  });
};

const failed = (sentence: string) => new AppError({ code: 'driver.failed', public: sentence });

const play = async (ctx: CreateContext<{ instanceId?: string | undefined }>, scenario: string): Promise<void> => {
  switch (scenario) {
    case 'create-fails':
      throw failed('The simulated provider lost the instance while it was being set up. Retry, or remove the machine.');
    case 'slow-boot':
      await boot(ctx, slowBootMs);
      return;
    case 'bad-ssh':
      throw new AppError({
        code: 'ssh.timeout',
        public: `The simulated instance is up, but ${address}:22 does not answer.`,
      });
    case 'log-flood':
      for (let line = 1; line <= floodLines; line += 1) {
        ctx.log.line('stdout', `\u001B[3${line % 8}mline ${line}\u001B[0m of ${floodLines}`);
      }
      return;
    case 'hang':
      await boot(ctx, 24 * 60 * 60 * 1000);
      return;
    default:
  }
};

/**
 * A simulated provider for development and tests: nothing real is made, its account is the Resource ledger, and the
 * option `scenario` provokes every failure that a real one can have.
 */
export const fake = () =>
  defineDriver({
    label: 'Simulation',
    description: 'Pretends to make a machine, and fails in the way you choose.',
    needs: 'Nothing. Offered in development only.',
    icon: 'simulation',
    availability: 'development',
    provisioning: 'none',
    options,
    state,
    unsupported: {},

    target: (_options, { instanceId }) => ({ address: instanceId ? address : null, enginePort, ssh: null }),

    precheck: (_ctx, { scenario }) =>
      scenario === 'quota'
        ? Promise.reject(failed('The simulated quota of 0 instances is used up. Choose another scenario.'))
        : Promise.resolve(),

    create: async (ctx, { scenario }, known) => {
      const keyPairId = known.keyPairId ?? (await ensure(ctx, 'key-pair'));
      await ctx.checkpoint({ keyPairId });
      ctx.log.info(`Key pair ${keyPairId}.`);
      const instanceId = known.instanceId ?? (await ensure(ctx, 'instance'));
      await ctx.checkpoint({ instanceId });
      ctx.log.info(`Instance ${instanceId} has the address ${address}.`);
      await play(ctx, scenario);
    },

    observe: async (ctx) => {
      ctx.signal.throwIfAborted();
      if (!(await find(ctx, 'instance'))) return { state: 'absent', address: null, ssh: null };
      const isOff = (await find(ctx, 'power-off')) !== undefined;
      return { state: isOff ? 'stopped' : 'running', address, ssh: null };
    },

    start: (ctx) => drop(ctx, 'power-off'),
    stop: async (ctx) => void (await ensure(ctx, 'power-off')),
    restart: (ctx) => drop(ctx, 'power-off'),
    kill: async (ctx) => void (await ensure(ctx, 'power-off')),

    remove: async (ctx, { scenario }) => {
      ctx.signal.throwIfAborted();
      const keyPair = await find(ctx, 'key-pair');
      await drop(ctx, 'power-off');
      await drop(ctx, 'instance');
      await drop(ctx, 'key-pair');
      if (scenario === 'remove-fails' && keyPair) {
        throw failed('The simulated provider answered with an error. The second try works.');
      }
    },
  });
