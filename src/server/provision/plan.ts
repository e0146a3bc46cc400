import { AppError, invariant } from '@/server/errors/app-error';

import type { ProvisionContext } from './context';
import { detectSystem, engineKeeper } from './detect-os';
import type { EngineEndpoint } from './engine-client';
import type { EngineSettings } from './engine-settings';
import type { EngineConfigured } from './engine/engine-keeper';
import type { GateAdmission } from './gate/admission';
import type { HostOwner } from './host-owner';
import { configureEngine } from './steps/configure-engine';
import { installEngine } from './steps/install-engine';
import { installGate } from './steps/install-gate';
import { type HostFacts, readFacts } from './steps/read-facts';
import { startEngine } from './steps/start-engine';
import { startGate } from './steps/start-gate';
import { verifyEngine } from './steps/verify-engine';
import { type CloudInitWait, waitCloudInit } from './steps/wait-cloud-init';
import { waitForPackages } from './steps/wait-packages';
import { type EngineTls, writeEngineTls } from './steps/write-engine-tls';

/** Who checks certificates on the machine's port: the engine itself, or a gate before it. */
export type Enforcement = 'engine' | 'gate';

/** Everything that setting up a host needs. The keys in it are secrets: the job reads them when a step runs, and stores none. */
export interface ProvisionInput {
  /** Default engine. */
  readonly enforcement?: Enforcement;
  /** Who gets in at first; needed with a gate. */
  readonly admission?: GateAdmission;
  readonly settings: EngineSettings;
  readonly port: number;
  readonly owner: HostOwner;
  /** What goes to the host. */
  readonly tls: EngineTls;
  /** How the console reaches the engine afterwards. */
  readonly endpoint: EngineEndpoint;
  /** Only for the step set-host-name. */
  readonly hostName?: string | undefined;
}

/** What the steps found out or did: JSON, free of secrets, kept with the job. */
export interface ProvisionResults {
  'wait-cloud-init': CloudInitWait;
  'detect-os': { provisioner: string; osName: string };
  'wait-packages': Record<string, never>;
  'back-up': { made: boolean };
  'set-host-name': { former: string };
  'install-engine': { changed: boolean; packageVersion: string };
  'install-gate': { changed: boolean; version: string };
  'write-engine-tls': { changed: boolean };
  'configure-engine': EngineConfigured;
  'start-engine': {
    restarted: boolean;
    containersBefore: readonly string[];
    containersLost: readonly string[];
    isSwarm: boolean;
  };
  'start-gate': { haproxyVersion: string; version: number };
  'verify-engine': { version: string; apiVersion: string; answerMs: number };
  'read-facts': HostFacts;
}

export type ProvisionStepId = keyof ProvisionResults;

export interface ProvisionStep<Id extends ProvisionStepId = ProvisionStepId> {
  readonly id: Id;
  /** English; the UI has its own texts by id. */
  readonly title: string;
  /** The whole step, its waits included. */
  readonly timeoutMs: number;
  /** May run again, from the start, after a crash at any point of it. */
  readonly run: (ctx: ProvisionContext, input: ProvisionInput) => Promise<ProvisionResults[Id]>;
}

const minute = 60_000;

type StepTable = { readonly [Id in ProvisionStepId]: ProvisionStep<Id> };

/** Every step, in the order in which they run. */
const steps: StepTable = {
  'wait-cloud-init': {
    id: 'wait-cloud-init',
    title: "Wait for the host's first set-up",
    timeoutMs: 16 * minute,
    run: (ctx) => waitCloudInit(ctx),
  },
  'detect-os': {
    id: 'detect-os',
    title: 'Detect the operating system',
    timeoutMs: minute,
    run: async (ctx, { enforcement }) => {
      const { os, provisioner } = await detectSystem(ctx);
      ctx.log.info(`The host runs ${os.prettyName}.`);
      if (enforcement === 'gate' && provisioner.builtIn !== undefined) {
        throw new AppError({
          code: 'provision.gate-unavailable',
          public: `There is no gate on ${os.prettyName}: ${provisioner.builtIn} Choose the engine for the enforcement.`,
        });
      }
      const support = provisioner.support(os);
      if (support.kind === 'untried') ctx.log.info(`${support.why}; it should work.`);
      return { provisioner: provisioner.id, osName: os.prettyName };
    },
  },
  'wait-packages': {
    id: 'wait-packages',
    title: 'Wait for the package manager',
    timeoutMs: 16 * minute,
    run: async (ctx) => {
      const { packages } = (await detectSystem(ctx)).provisioner;
      await waitForPackages(ctx, { probe: packages.lockProbe });
      ctx.log.info('Nobody else works on packages.');
      return {};
    },
  },
  'back-up': {
    id: 'back-up',
    title: 'Keep what is there',
    timeoutMs: 2 * minute,
    run: async (ctx, { owner }) => (await engineKeeper(ctx)).backUp(ctx, owner),
  },
  'set-host-name': {
    id: 'set-host-name',
    title: 'Set the host name',
    timeoutMs: minute,
    run: async (ctx, { hostName }) => {
      invariant(hostName, 'a host that is to be named has no name');
      return (await engineKeeper(ctx)).setHostName(ctx, { name: hostName });
    },
  },
  'install-engine': {
    id: 'install-engine',
    title: 'Install the engine',
    timeoutMs: 45 * minute,
    run: async (ctx, { settings }) => installEngine(ctx, { settings, ...(await detectSystem(ctx)) }),
  },
  'install-gate': {
    id: 'install-gate',
    title: 'Install the gate',
    timeoutMs: 45 * minute,
    run: async (ctx, { settings }) => installGate(ctx, { settings, ...(await detectSystem(ctx)) }),
  },
  'write-engine-tls': {
    id: 'write-engine-tls',
    title: 'Write certificate and key',
    timeoutMs: 2 * minute,
    run: (ctx, { tls }) => writeEngineTls(ctx, tls),
  },
  'configure-engine': {
    id: 'configure-engine',
    title: 'Configure the engine',
    timeoutMs: 2 * minute,
    run: (ctx, { settings, port, enforcement }) =>
      configureEngine(ctx, { settings, port, isGated: enforcement === 'gate' }),
  },
  'start-engine': {
    id: 'start-engine',
    title: 'Start the engine',
    timeoutMs: 4 * minute,
    run: (ctx, { port, enforcement }) => startEngine(ctx, { port, servedBy: enforcement ?? 'engine' }),
  },
  'start-gate': {
    id: 'start-gate',
    title: 'Start the gate',
    timeoutMs: 4 * minute,
    run: async (ctx, { port, tls, admission }) => {
      invariant(admission, 'a machine with a gate has no admission');
      const { haproxyVersion, confirmation } = await startGate(ctx, { port, tls, admission });
      return { haproxyVersion, version: confirmation.version };
    },
  },
  'verify-engine': {
    id: 'verify-engine',
    title: 'Check the engine over TLS',
    timeoutMs: minute,
    run: async (ctx, { endpoint }) => {
      const { version, apiVersion, answerMs } = await verifyEngine(ctx, endpoint);
      return { version, apiVersion, answerMs };
    },
  },
  'read-facts': {
    id: 'read-facts',
    title: 'Read the facts',
    timeoutMs: minute,
    run: (ctx) => readFacts(ctx),
  },
};

const onlyWith: { readonly [Id in ProvisionStepId]?: Enforcement } = {
  'install-gate': 'gate',
  'write-engine-tls': 'engine',
  'start-gate': 'gate',
};

export interface ProvisionPlan {
  readonly enforcement: Enforcement;
  /** Whether the host is called like the machine from then on. */
  readonly namesHost: boolean;
}

/** The steps of a create, in order. */
export function provisionSteps({ enforcement, namesHost }: ProvisionPlan): readonly ProvisionStep[] {
  return Object.values(steps).filter(
    ({ id }) => (id !== 'set-host-name' || namesHost) && (onlyWith[id] ?? enforcement) === enforcement,
  );
}
