import { leastRole, type Permission } from './permission';
import { type Role, roleReaches } from './role';

/** What is done to one machine, or to several at once; each is a job of the kind `machine.<action>`. */
export const machineActions = [
  'start',
  'stop',
  'restart',
  'kill',
  'pause',
  'save',
  'provision',
  'apply-settings',
  'upgrade',
  'remove',
] as const;

export type MachineAction = (typeof machineActions)[number];

/** What a member has to be allowed for each. */
export const machineActionPermissions = {
  start: 'machine.operate',
  stop: 'machine.operate',
  restart: 'machine.operate',
  kill: 'machine.operate',
  pause: 'machine.operate',
  save: 'machine.operate',
  provision: 'machine.provision',
  'apply-settings': 'machine.apply-settings',
  upgrade: 'machine.upgrade',
  remove: 'machine.remove',
} as const satisfies Record<MachineAction, Permission>;

/** The least role that may do this to a machine. */
export const roleForAction = (action: MachineAction): Role => leastRole[machineActionPermissions[action]];

export const mayAct = (role: Role, action: MachineAction): boolean => roleReaches(role, roleForAction(action));

/** Removing has choices of its own. */
export type QueuedAction = Exclude<MachineAction, 'remove'>;

export const queuedActions = machineActions.filter((action): action is QueuedAction => action !== 'remove');

/** Power is taken from one machine at a time. */
export type BulkAction = Exclude<MachineAction, 'kill'>;

/** Those that are offered for several machines at once. */
export const bulkActions = machineActions.filter((action): action is BulkAction => action !== 'kill');

/** What has to be typed before several machines are removed at once. */
export const removalPhrase = (count: number): string => `remove ${count} ${count === 1 ? 'machine' : 'machines'}`;
