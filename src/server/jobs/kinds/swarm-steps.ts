import { isIP } from 'node:net';

import type { SwarmChoice } from '@/lib/swarm';
import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import { noteStanding } from '@/server/operations/swarms/note-standing';
import { openManager } from '@/server/operations/swarms/open-manager';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { engineSettings } from '@/server/provision/engine-settings';
import { configureEngine } from '@/server/provision/steps/configure-engine';
import { startEngine } from '@/server/provision/steps/start-engine';
import { nodeAddress } from '@/server/provision/swarm/node-address';
import {
  changeNode,
  initSwarm,
  joinSwarm,
  joinToken,
  leaveSwarm,
  listNodes,
  type SwarmStanding,
  swarmStanding,
} from '@/server/provision/swarm/swarm-client';

import { machineOf, type MachineStep, type MachineStepContext, provisionContextOf } from './machine-steps';
import { engineEndpointOf } from './provision-steps';
import { hasEntered, isIn, isLocked, isOurs, lockedSwarm, noted, take } from './swarm-entry';
import { findOtherManager, takeOutOfList } from './swarm-membership';

const minutes = 60_000;

const standingOf = async (ctx: MachineStepContext): Promise<SwarmStanding> =>
  swarmStanding(await engineEndpointOf(ctx, await machineOf(ctx)), ctx.signal);

/** Gives the engine the settings that a member of a swarm can have, or those that it has without one. */
const adjustEngine = async (ctx: MachineStepContext, joinsSwarm: boolean): Promise<void> => {
  const machine = await machineOf(ctx);
  const { row, target } = machine;
  const host = await provisionContextOf(ctx, machine);
  const settings = engineSettings.parse(row.engineSettings);
  await configureEngine(host, { settings, port: target.enginePort, isGated: row.enforcement === 'gate', joinsSwarm });
  await startEngine(host, { port: target.enginePort, servedBy: row.enforcement });
};

/** Turns live-restore off, with which an engine refuses to come into a swarm. */
const prepare = (choice: SwarmChoice): MachineStep => ({
  name: 'prepare-swarm',
  timeoutMs: 6 * minutes,
  // Stopped in the middle it would leave the engine down.
  interruptible: false,
  run: async (ctx) => {
    if (await hasEntered(ctx, choice, await standingOf(ctx))) return;
    await take(ctx, { swarmPrepared: true });
    await adjustEngine(ctx, true);
  },
  undo: async (ctx) => {
    if (!noted(ctx).swarmPrepared) return;
    await leaveEntered(ctx, choice);
    await adjustEngine(ctx, false);
    const standing = await standingOf(ctx);
    const { row } = await machineOf(ctx);
    if (!isIn(standing)) await noteStanding(ctx.runtime, { machine: row, standing });
  },
});

/** Notes that the engine enters before it is asked to, so that the job knows its own swarm after a crash, and when taken back. */
const enter = async (
  ctx: MachineStepContext,
  managers: readonly string[],
  ask: (engine: EngineEndpoint) => Promise<void>,
): Promise<void> => {
  const engine = await engineEndpointOf(ctx, await machineOf(ctx));
  await take(ctx, { swarmEntry: { nodeId: null, managers } });
  try {
    await ask(engine);
  } catch (error) {
    // What somebody else brings it into after a refusal is not this job's. Where it does not answer it may have entered.
    const standing = await swarmStanding(engine, ctx.signal).catch(() => null);
    if (standing && !isIn(standing)) await take(ctx, { swarmEntry: null });
    throw error;
  }
};

const noteNode = async (ctx: MachineStepContext): Promise<void> => {
  const { nodeId } = await standingOf(ctx);
  await take(ctx, { swarmEntry: { managers: [], ...noted(ctx).swarmEntry, nodeId } });
};

const advertised = async (ctx: MachineStepContext): Promise<string> => {
  const machine = await machineOf(ctx);
  const { address } = machine.target;
  const found = await nodeAddress(await provisionContextOf(ctx, machine), address ?? '');
  const chosen = found ?? (isIP(address ?? '') === 0 ? '' : (address ?? ''));
  ctx.log.info(chosen ? `Other nodes reach it at ${chosen}.` : 'The engine chooses the address for the other nodes.');
  return chosen;
};

const init = (choice: SwarmChoice): MachineStep => ({
  name: 'init-swarm',
  timeoutMs: 3 * minutes,
  interruptible: false,
  run: async (ctx) => {
    if (!(await hasEntered(ctx, choice, await standingOf(ctx)))) {
      const address = await advertised(ctx);
      await enter(ctx, [], (engine) => initSwarm(engine, address, ctx.signal));
    }
    await noteNode(ctx);
    ctx.log.info('The swarm is there; this machine is its first manager.');
  },
  undo: (ctx) => leaveEntered(ctx, choice),
});

const join = (choice: Extract<SwarmChoice, { kind: 'join' }>): MachineStep => ({
  name: 'join-swarm',
  timeoutMs: 5 * minutes,
  interruptible: false,
  run: async (ctx) => {
    const { swarmId, role } = choice;
    const { teamId } = (await machineOf(ctx)).row;
    if (!(await hasEntered(ctx, choice, await standingOf(ctx)))) {
      const address = await advertised(ctx);
      const manager = await openManager(ctx.runtime, { swarmId, teamId }, ctx.signal);
      const token = await joinToken(manager.endpoint, role, ctx.signal);
      ctx.mask(token);
      const managers = manager.standing.managers.map((one) => one.address);
      ctx.log.info(`Joining as ${role}, by ${managers.join(', ')}.`);
      await enter(ctx, managers, (engine) => joinSwarm(engine, { address, managers, token }, ctx.signal));
    }
    await waitUntilActive(ctx);
    await noteNode(ctx);
    ctx.log.info(`The machine is in the swarm, as ${role}.`);
  },
  undo: (ctx) => leaveEntered(ctx, choice),
});

const waitUntilActive = (ctx: MachineStepContext): Promise<void> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: 2 * minutes,
    timeout: { code: 'swarm.refused', what: 'The answer of the managers' },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      const { state, error } = await standingOf(ctx);
      if (state === 'active') return { done: true, value: undefined };
      if (state === 'locked') throw lockedSwarm((await machineOf(ctx)).row.name);
      if (state === 'error') throw new AppError({ code: 'swarm.refused', public: `The engine cannot join: ${error}` });
      return { done: false, observed: `The engine says that joining is ${state}.` };
    },
  });

/** Stores the swarm that the engine is in now. */
const note = (name?: string): MachineStep => ({
  name: 'note-swarm',
  timeoutMs: minutes,
  run: async (ctx) => {
    const { row } = await machineOf(ctx);
    await noteStanding(ctx.runtime, { machine: row, standing: await standingOf(ctx), name });
  },
  undo: async (ctx) => {
    const { row } = await machineOf(ctx);
    await noteStanding(ctx.runtime, { machine: row, standing: await standingOf(ctx) });
  },
});

/** From an engine that is set up to a node of a swarm. Each step may run again, and can be taken back. */
export const swarmSteps = (choice: SwarmChoice): readonly MachineStep[] =>
  choice.kind === 'init' ? [prepare(choice), init(choice), note(choice.name)] : [prepare(choice), join(choice), note()];

/** Another manager of the team; where none answers, the machine's own engine, which knows those that are not the team's. */
const anyManager = async (ctx: MachineStepContext): Promise<EngineEndpoint> => {
  try {
    const other = await findOtherManager(ctx);
    if (other) return other;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.info(`${error.public} The engine itself is asked.`);
  }
  return engineEndpointOf(ctx, await machineOf(ctx));
};

/** The managers have to agree before one of them goes, or the others may lose their quorum. */
const demote = async (ctx: MachineStepContext, nodeId: string): Promise<void> => {
  const manager = await anyManager(ctx);
  await changeNode(manager, { nodeId, role: 'worker' }, ctx);
  await waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 1000,
    timeoutMs: minutes,
    timeout: { code: 'swarm.refused', what: 'The change to a worker' },
    poll: async () =>
      (await standingOf(ctx)).isManager
        ? { done: false, observed: 'the engine is still a manager' }
        : { done: true, value: undefined },
  });
  ctx.log.info('The machine is no manager any more.');
};

const demoteIfOthersAnswer = async (ctx: MachineStepContext, nodeId: string): Promise<void> => {
  try {
    await demote(ctx, nodeId);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    ctx.log.info(`It leaves as a manager: ${error.public}`);
  }
};

/** The others keep a node that has left in their list, as down. */
const strike = async (ctx: MachineStepContext, nodeId: string): Promise<void> => {
  try {
    const manager = await findOtherManager(ctx);
    if (!manager) return;
    await waitFor({
      clock: ctx.clock,
      signal: ctx.signal,
      everyMs: 1000,
      timeoutMs: minutes,
      timeout: { code: 'swarm.refused', what: 'The end of the node' },
      poll: async () => {
        const node = (await listNodes(manager, ctx.signal)).find(({ id }) => id === nodeId);
        return !node || node.state === 'down'
          ? { done: true, value: undefined }
          : { done: false, observed: `the managers say: ${node.state}` };
      },
    });
    await takeOutOfList(ctx, manager, { nodeId });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Allowed to fail: it has left, and what is in the list of the others can be removed there.
    ctx.log.info(`It stays in the list of the others: ${error.public}`);
  }
};

/** Out of the swarm that the engine is in. `isForced`: also as the last manager, with which the swarm ends. */
export const leave = async (ctx: MachineStepContext, isForced: boolean): Promise<void> => {
  const { nodeId, isManager, ...standing } = await standingOf(ctx);
  if (standing.state === 'inactive') {
    ctx.log.info('The engine is in no swarm.');
    return;
  }
  if (isManager && !isForced) await demote(ctx, nodeId);
  await leaveSwarm(await engineEndpointOf(ctx, await machineOf(ctx)), isForced, ctx.signal);
  ctx.log.info('The engine has left its swarm.');
  await strike(ctx, nodeId);
};

/** Out of the swarm that this job has brought the engine into, and of no other. */
const leaveEntered = async (ctx: MachineStepContext, choice: SwarmChoice): Promise<void> => {
  if (!noted(ctx).swarmEntry) return;
  const standing = await standingOf(ctx);
  if (!isIn(standing)) return;
  const { row } = await machineOf(ctx);
  if (isLocked(standing)) throw lockedSwarm(row.name);
  if (!(await isOurs(ctx, choice, standing))) {
    ctx.log.info('The engine is in a swarm that this job has not brought it into, and stays there.');
    return;
  }
  if (choice.kind === 'join') {
    // By what is noted the other managers are found, who are asked first: without that they may lose their quorum.
    await noteStanding(ctx.runtime, { machine: row, standing });
    if (standing.isManager) await demoteIfOthersAnswer(ctx, standing.nodeId);
  }
  await leave(ctx, true);
};

/** Out of the swarm, and back to the settings of an engine without one. */
export const leaveSteps = (isForced: boolean): readonly MachineStep[] => [
  { name: 'leave-swarm', timeoutMs: 5 * minutes, interruptible: false, run: (ctx) => leave(ctx, isForced) },
  { name: 'configure-engine', timeoutMs: 6 * minutes, interruptible: false, run: (ctx) => adjustEngine(ctx, false) },
  note(),
];
