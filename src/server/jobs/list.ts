import type { JobKind } from './job-kind';
import { machineChangeAccess } from './kinds/machine-change-access';
import { machineCreate } from './kinds/machine-create';
import { machineEnforce } from './kinds/machine-enforce';
import { machineRemove } from './kinds/machine-remove';
import { machineRenewCertificate } from './kinds/machine-renew-certificate';
import { machineRestart } from './kinds/machine-restart';
import { machineRollBack } from './kinds/machine-roll-back';
import { machineSelfTest } from './kinds/machine-self-test';
import { tombstoneRemove } from './kinds/tombstone-remove';

/** Every kind of job. One line each. */
const kinds: readonly JobKind[] = [
  machineCreate,
  machineChangeAccess,
  machineEnforce,
  machineRenewCertificate,
  machineRestart,
  machineRemove,
  machineSelfTest,
  tombstoneRemove,
];

const byId: ReadonlyMap<string, JobKind> = new Map(kinds.map((kind) => [kind.id, kind]));
const rollBack = machineRollBack(byId);

export const jobKinds: ReadonlyMap<string, JobKind> = new Map([...byId, [rollBack.id, rollBack]]);
