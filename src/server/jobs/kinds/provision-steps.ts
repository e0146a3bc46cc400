import { invariant } from '@/server/errors/app-error';
import { describeFacts } from '@/server/operations/machines/describe-facts';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import { detectSystem } from '@/server/provision/detect-os';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { engineSettings } from '@/server/provision/engine-settings';
import { backUp } from '@/server/provision/steps/back-up';
import { configureEngine } from '@/server/provision/steps/configure-engine';
import { installEngine } from '@/server/provision/steps/install-engine';
import { readFacts } from '@/server/provision/steps/read-facts';
import { startEngine } from '@/server/provision/steps/start-engine';
import { verifyEngine } from '@/server/provision/steps/verify-engine';
import { waitCloudInit } from '@/server/provision/steps/wait-cloud-init';
import { writeEngineTls } from '@/server/provision/steps/write-engine-tls';

import { hostOf, machineOf, type MachineStep, type MachineStepContext, provisionContextOf } from './machine-steps';

const minutes = 60_000;

/** How the console reaches the machine's engine, with its own certificate. */
export const engineEndpointOf = async (ctx: MachineStepContext, machine: LoadedMachine): Promise<EngineEndpoint> => {
  const { address, enginePort } = machine.target;
  invariant(address, `machine ${machine.row.id} has no address`);
  return { address, port: enginePort, tls: await consoleCredentials(ctx.runtime, machine.row.teamId) };
};

/** Signs in, so that a host that cannot be reached fails here, with its own sentence. */
export const connect: MachineStep = {
  name: 'connect',
  timeoutMs: 2 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { ssh } = machine.target;
    ctx.log.info(`Signing in to ${ssh?.user ?? ''}@${ssh?.host ?? ''}, port ${ssh?.port ?? ''}.`);
    const connection = await hostOf(ctx, machine);
    ctx.log.info(`Signed in. The host key is ${connection.hostKey.fingerprint} (${connection.hostKey.type}).`);
  },
};

const waitForCloudInit: MachineStep = {
  name: 'wait-cloud-init',
  timeoutMs: 20 * minutes,
  run: async (ctx) => {
    await waitCloudInit(await provisionContextOf(ctx, await machineOf(ctx)));
  },
};

const keepWhatIsThere: MachineStep = {
  name: 'back-up',
  timeoutMs: 5 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const provision = await provisionContextOf(ctx, machine);
    const { provisioner } = await detectSystem(provision);
    await backUp(provision, {
      owner: { console: ctx.runtime.env.url, machine: machine.row.id },
      listInstalled: provisioner.packages.listInstalled,
    });
  },
};

const install: MachineStep = {
  name: 'install-engine',
  timeoutMs: 30 * minutes,
  // A package manager stopped in the middle leaves the host's packages half-configured.
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const provision = await provisionContextOf(ctx, machine);
    const { os, provisioner } = await detectSystem(provision);
    ctx.log.info(`The host runs ${os.prettyName}.`);
    await installEngine(provision, { settings: engineSettings.parse(machine.row.engineSettings), os, provisioner });
  },
};

const configure: MachineStep = {
  name: 'configure-engine',
  timeoutMs: 5 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    await configureEngine(await provisionContextOf(ctx, machine), {
      settings: engineSettings.parse(machine.row.engineSettings),
      port: machine.target.enginePort,
    });
  },
};

const writeTls: MachineStep = {
  name: 'write-engine-tls',
  timeoutMs: 5 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const certificate = await ensureEngineCertificate(ctx.runtime, machine);
    ctx.mask(certificate.privateKeyPem);
    const { trustPem } = await trustOfMachine(ctx.runtime, { machineId: machine.row.id, teamId: machine.row.teamId });
    await writeEngineTls(await provisionContextOf(ctx, machine), {
      trust: trustPem,
      certificate: certificate.certificatePem,
      key: certificate.privateKeyPem,
    });
  },
};

const start: MachineStep = {
  name: 'start-engine',
  timeoutMs: 5 * minutes,
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    await startEngine(await provisionContextOf(ctx, machine), { port: machine.target.enginePort });
  },
};

const verify: MachineStep = {
  name: 'verify-engine',
  timeoutMs: 3 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    await verifyEngine(await provisionContextOf(ctx, machine), await engineEndpointOf(ctx, machine));
    await ctx.runtime.database.prisma.admission.updateMany({
      where: { machineId: machine.row.id, teamId: machine.row.teamId },
      data: { confirmedAt: ctx.clock.now() },
    });
  },
};

const facts: MachineStep = {
  name: 'read-facts',
  timeoutMs: 3 * minutes,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const host = await readFacts(await provisionContextOf(ctx, machine));
    await ctx.runtime.database.prisma.machine.updateMany({
      where: { id: machine.row.id },
      data: { facts: { ...describeFacts(host) } },
    });
    ctx.log.info(`${host.osName}, ${host.architecture}, ${host.cpus} CPUs.`);
  },
};

/** From the first sign-in to an engine that only admitted members reach. */
export const provisionSteps: readonly MachineStep[] = [
  connect,
  waitForCloudInit,
  keepWhatIsThere,
  install,
  configure,
  writeTls,
  start,
  verify,
  facts,
];
