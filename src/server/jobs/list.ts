import type { JobKind } from './job-kind';
import { imageFetch } from './kinds/image-fetch';
import { imagePlace } from './kinds/image-place';
import { imageRemoveCopies } from './kinds/image-remove-copies';
import { machineApplySettings } from './kinds/machine-apply-settings';
import { machineChangeAccess } from './kinds/machine-change-access';
import { machineCreate } from './kinds/machine-create';
import { machineEnforce } from './kinds/machine-enforce';
import {
  machineFollowAddress,
  machineKill,
  machinePause,
  machineRestart,
  machineSave,
  machineStart,
  machineStop,
} from './kinds/machine-power';
import { machineProvision } from './kinds/machine-provision';
import { machineRemove } from './kinds/machine-remove';
import { machineRenewCertificate } from './kinds/machine-renew-certificate';
import { machineRollBack } from './kinds/machine-roll-back';
import { machineSelfTest } from './kinds/machine-self-test';
import { machineEnterSwarm, machineLeaveSwarm } from './kinds/machine-swarm';
import { machineUpgrade } from './kinds/machine-upgrade';
import { tombstoneRemove } from './kinds/tombstone-remove';

/** Every kind of job. One line each. */
const kinds: readonly JobKind[] = [
  machineCreate,
  machineChangeAccess,
  machineEnforce,
  machineRenewCertificate,
  machineStart,
  machineStop,
  machineKill,
  machinePause,
  machineSave,
  machineRestart,
  machineFollowAddress,
  machineProvision,
  machineApplySettings,
  machineUpgrade,
  machineEnterSwarm,
  machineLeaveSwarm,
  machineRemove,
  machineSelfTest,
  tombstoneRemove,
  imageFetch,
  imagePlace,
  imageRemoveCopies,
];

const byId: ReadonlyMap<string, JobKind> = new Map(kinds.map((kind) => [kind.id, kind]));
const rollBack = machineRollBack(byId);

export const jobKinds: ReadonlyMap<string, JobKind> = new Map([...byId, [rollBack.id, rollBack]]);
