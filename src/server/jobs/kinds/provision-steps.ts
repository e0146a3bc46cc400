import { leaseEnd, storeConfirmed } from '@/server/admission/confirm';
import { wantedAdmission } from '@/server/admission/wanted-admission';
import { makesHost } from '@/server/drivers/makes-host';
import { invariant } from '@/server/errors/app-error';
import { describeFacts } from '@/server/operations/machines/describe-facts';
import { engineEndpointFor } from '@/server/operations/machines/engine-endpoint';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { waitForHost } from '@/server/operations/machines/open-host';
import { ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { engineSettings } from '@/server/provision/engine-settings';
import {
  type ProvisionInput,
  type ProvisionPlan,
  type ProvisionResults,
  type ProvisionStep,
  type ProvisionStepId,
  provisionSteps as planOf,
} from '@/server/provision/plan';
import { type HostFacts, readFacts } from '@/server/provision/steps/read-facts';
import { undoSteps } from '@/server/provision/undo-steps';

import { checkHost } from './check-host-step';
import { hostOf, machineOf, type MachineStep, type MachineStepContext, provisionContextOf } from './machine-steps';

const minute = 60_000;

/** How the console reaches the machine's engine, with its own certificate. */
export const engineEndpointOf = (ctx: MachineStepContext, machine: LoadedMachine): Promise<EngineEndpoint> =>
  engineEndpointFor(ctx.runtime, machine);

const makeInput = async (ctx: MachineStepContext, machine: LoadedMachine): Promise<ProvisionInput> => {
  const { row, target } = machine;
  const certificate = await ensureEngineCertificate(ctx.runtime, machine);
  const ref = { machineId: row.id, teamId: row.teamId };
  const { trustPem } = await trustOfMachine(ctx.runtime, ref);
  return {
    enforcement: row.enforcement,
    admission: await wantedAdmission(ctx.runtime, ref),
    settings: engineSettings.parse(row.engineSettings),
    hostName: row.name,
    port: target.enginePort,
    owner: { console: ctx.runtime.env.url, machine: row.id },
    tls: { trust: trustPem, certificate: certificate.certificatePem, key: certificate.privateKeyPem },
    endpoint: await engineEndpointOf(ctx, machine),
  };
};

// Made once in a run, by the first step; a retried run makes it anew, from the certificate that is kept.
const inputOf = async (ctx: MachineStepContext, machine: LoadedMachine): Promise<ProvisionInput> => {
  const input = await ctx.resources.use(
    'provision-input',
    async () => ({ value: await makeInput(ctx, machine), close: () => Promise.resolve() }),
    () => true,
  );
  ctx.mask(input.tls.key);
  return input;
};

/** From the first look at a host that its provider calls running; an instance takes a minute, one that updates itself several. */
export const bootWaitMs = 10 * minute;
/** Between the start of a new host's SSH server and the arrival of its key. */
const keyWaitMs = minute;

const waitUntilBooted = (ctx: MachineStepContext, machine: LoadedMachine) =>
  waitForHost(ctx.runtime, machine, {
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 3000,
    timeoutMs: bootWaitMs,
    keyWaitMs,
    onWaiting: (observed) => ctx.log.info(`Waiting for the host: ${observed}.`),
  });

/** `isFirst`: a host that its driver has just made may still boot, and is waited for. */
const connectStep = ({ prepares, isFirst }: { prepares: boolean; isFirst: boolean }): MachineStep => ({
  name: 'connect',
  timeoutMs: isFirst ? bootWaitMs + 2 * minute : 2 * minute,
  waitsForHost: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { ssh } = machine.target;
    ctx.log.info(`Signing in to ${ssh?.user ?? ''}@${ssh?.host ?? ''}, port ${ssh?.port ?? ''}.`);
    // Keys take time and no host: they are made while the host is signed in to. A failure is the next step's to tell.
    if (prepares) void inputOf(ctx, machine).catch(() => undefined);
    const isYoung = isFirst && makesHost(machine.driver);
    const connection = await hostOf(ctx, machine, isYoung ? () => waitUntilBooted(ctx, machine) : undefined);
    ctx.log.info(`Signed in. The host key is ${connection.hostKey.fingerprint} (${connection.hostKey.type}).`);
  },
});

/** Signs in, so that a host that cannot be reached fails here, with its own sentence. */
export const connect = connectStep({ prepares: false, isFirst: false });

// Stopped in the middle these leave packages half-configured, or an engine down.
const uninterruptible: ReadonlySet<ProvisionStepId> = new Set([
  'install-engine',
  'install-gate',
  'start-engine',
  'start-gate',
]);

type AfterStep = {
  readonly [Id in ProvisionStepId]?: (
    ctx: MachineStepContext,
    result: ProvisionResults[Id],
    input: ProvisionInput,
  ) => Promise<void>;
};

const noteFacts = async ({ runtime, job, log }: MachineStepContext, host: HostFacts): Promise<void> => {
  await runtime.database.prisma.machine.updateMany({
    where: { id: job.machineId ?? '', teamId: job.teamId },
    data: { facts: { ...describeFacts(host) } },
  });
  log.info(`${host.osName}, ${host.architecture}, ${host.cpus} CPUs.`);
};

/** What the console notes of a step's result, besides its log. */
const after: AfterStep = {
  'start-gate': async ({ runtime, job }, { haproxyVersion }) => {
    await runtime.database.prisma.machine.updateMany({
      where: { id: job.machineId ?? '', teamId: job.teamId },
      data: { gate: { haproxyVersion } },
    });
  },
  'verify-engine': async (ctx, _result, { admission }) => {
    const { teamId, machineId } = ctx.job;
    invariant(machineId && admission, `job ${ctx.job.id} sets up no machine`);
    const { lease, version } = admission;
    const now = ctx.clock.now();
    const { prisma } = ctx.runtime.database;
    await prisma.admission.updateMany({ where: { machineId, teamId }, data: { confirmedAt: now } });
    await prisma.$transaction((tx) =>
      storeConfirmed(tx, { machineId, teamId, version, leaseUntil: leaseEnd(lease, now), ended: {} }, now),
    );
  },
  'read-facts': noteFacts,
};

const toMachineStep = (step: ProvisionStep): MachineStep => ({
  name: step.id,
  timeoutMs: step.timeoutMs,
  interruptible: !uninterruptible.has(step.id),
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const input = await inputOf(ctx, machine);
    const result = await step.run(await provisionContextOf(ctx, machine), input);
    // The table pairs each id with its own result; TypeScript cannot follow that through the list.
    const note = after[step.id] as
      | ((ctx: MachineStepContext, result: unknown, input: ProvisionInput) => Promise<void>)
      | undefined;
    await note?.(ctx, result, input);
  },
});

/** From the first sign-in to an engine that only admitted members reach. */
export const provisionSteps = (plan: ProvisionPlan, { isFirst = false } = {}): readonly MachineStep[] => [
  connectStep({ prepares: true, isFirst }),
  checkHost,
  ...planOf(plan).map(toMachineStep),
];

/** The same, and each step can be taken back: for a first set-up, since what comes back is the host before any. */
export const firstProvisionSteps = (plan: ProvisionPlan): readonly MachineStep[] => {
  const undos = new Map(Object.entries(undoSteps));
  return provisionSteps(plan, { isFirst: true }).map((step) => {
    const undo = undos.get(step.name);
    if (!undo) return step;
    return {
      ...step,
      undo: async (ctx) => {
        const machine = await machineOf(ctx);
        if (makesHost(machine.driver)) {
          ctx.log.info('The host goes with the machine: the driver removes it with everything on it.');
          return;
        }
        await undo(await provisionContextOf(ctx, machine), { port: machine.target.enginePort });
      },
    };
  });
};

/** Reads what the console shows of the host. */
export const readFactsStep: MachineStep = {
  name: 'read-facts',
  timeoutMs: minute,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    await noteFacts(ctx, await readFacts(await provisionContextOf(ctx, machine)));
  },
};
