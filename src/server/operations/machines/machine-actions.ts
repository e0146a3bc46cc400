import 'server-only';
import { machineCan, type MachineState } from '@/lib/machine';
import type { QueuedAction } from '@/lib/machine-action';
import type { Prisma } from '@/server/db/generated/client';
import type { OptionalVerb } from '@/server/drivers/driver';
import { findDriver, missingDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import type { JobKind } from '@/server/jobs/job-kind';
import { machineApplySettings } from '@/server/jobs/kinds/machine-apply-settings';
import {
  machineKill,
  machinePause,
  machineRestart,
  machineSave,
  machineStart,
  machineStop,
} from '@/server/jobs/kinds/machine-power';
import { machineProvision } from '@/server/jobs/kinds/machine-provision';
import { machineUpgrade } from '@/server/jobs/kinds/machine-upgrade';

import type { MachineIdentity } from './get-machine';

/** What a new job of a machine starts from. */
export interface ActedMachine extends MachineIdentity {
  readonly enforcement: 'gate' | 'engine';
  readonly engineSettings: Prisma.JsonValue;
}

interface Rule {
  readonly kind: JobKind;
  readonly can: (state: MachineState) => boolean;
  /** "cannot be ... while it is stopped". */
  readonly participle: string;
  /** What the driver has to be able to. */
  readonly verb?: OptionalVerb;
  /** Whether the console has to sign in to the host. */
  readonly needsHost: boolean;
}

export const actionRules: Readonly<Record<QueuedAction, Rule>> = {
  start: {
    kind: machineStart,
    can: machineCan.start,
    participle: 'started',
    verb: 'start',
    needsHost: false,
  },
  stop: {
    kind: machineStop,
    can: machineCan.stop,
    participle: 'stopped',
    verb: 'stop',
    needsHost: false,
  },
  restart: {
    kind: machineRestart,
    can: machineCan.restart,
    participle: 'restarted',
    verb: 'restart',
    needsHost: false,
  },
  kill: {
    kind: machineKill,
    can: machineCan.kill,
    participle: 'switched off',
    verb: 'kill',
    needsHost: false,
  },
  pause: {
    kind: machinePause,
    can: machineCan.pause,
    participle: 'paused',
    verb: 'pause',
    needsHost: false,
  },
  save: {
    kind: machineSave,
    can: machineCan.save,
    participle: 'saved',
    verb: 'save',
    needsHost: false,
  },
  provision: {
    kind: machineProvision,
    can: machineCan.provision,
    participle: 'set up again',
    needsHost: true,
  },
  'apply-settings': {
    kind: machineApplySettings,
    can: machineCan.applySettings,
    participle: 'given other settings',
    needsHost: true,
  },
  upgrade: {
    kind: machineUpgrade,
    can: machineCan.upgrade,
    participle: 'given another engine',
    needsHost: true,
  },
};

/** Why a machine cannot be acted on now: its driver, or its state. Null where it can. Pure. */
export function whyNotAct(
  machine: Pick<MachineIdentity, 'name' | 'driver' | 'state'>,
  action: QueuedAction,
): AppError | null {
  const { verb, needsHost, can, participle } = actionRules[action];
  const driver = findDriver(machine.driver);
  if (!driver) return missingDriver(machine.driver);
  if (verb && !driver[verb]) {
    return new AppError({
      code: 'driver.unsupported',
      public: driver.unsupported[verb] ?? `Machines of the driver ${driver.label} cannot be ${participle}.`,
    });
  }
  if (needsHost && driver.provisioning !== 'ssh') {
    return new AppError({
      code: 'driver.unsupported',
      public: `The console does not sign in to machines of the driver ${driver.label}, so they cannot be ${participle}.`,
    });
  }
  if (action === 'upgrade' && driver.noUpgrade !== undefined) {
    return new AppError({
      code: 'driver.unsupported',
      public: `${machine.name} keeps its engine. ${driver.noUpgrade}`,
    });
  }
  if (can(machine.state)) return null;
  return new AppError({
    code: 'machine.wrong-state',
    public: `${machine.name} cannot be ${participle} while it is ${machine.state}.`,
  });
}
