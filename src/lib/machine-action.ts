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

/** Removing has choices of its own. */
export type QueuedAction = Exclude<MachineAction, 'remove'>;

export const queuedActions = machineActions.filter((action): action is QueuedAction => action !== 'remove');

/** Power is taken from one machine at a time. */
export type BulkAction = Exclude<MachineAction, 'kill'>;

/** Those that are offered for several machines at once. */
export const bulkActions = machineActions.filter((action): action is BulkAction => action !== 'kill');

/** What has to be typed before several machines are removed at once. */
export const removalPhrase = (count: number): string => `remove ${count} ${count === 1 ? 'machine' : 'machines'}`;
