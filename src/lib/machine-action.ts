/** What is done to one machine, or to several at once; each is a job of the kind `machine.<action>`. */
export const machineActions = ['start', 'stop', 'restart', 'kill', 'provision', 'apply-settings', 'remove'] as const;

export type MachineAction = (typeof machineActions)[number];

/** Those that are offered for several machines at once. */
export const bulkActions = ['start', 'stop', 'restart', 'provision', 'apply-settings', 'remove'] as const;

export type BulkAction = (typeof bulkActions)[number];

/** What has to be typed before several machines are removed at once. */
export const removalPhrase = (count: number): string => `remove ${count} ${count === 1 ? 'machine' : 'machines'}`;
