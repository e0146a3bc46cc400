export const machineStates = [
  'creating',
  'running',
  'degraded',
  'unreachable',
  'stopped',
  'paused',
  'saved',
  'failed',
  'removing',
] as const;
export type MachineState = (typeof machineStates)[number];

/** States in which a machine is meant not to answer. */
export const restingStates = ['stopped', 'paused', 'saved'] as const satisfies readonly MachineState[];
export type RestingState = (typeof restingStates)[number];

export const isResting = (state: string): state is RestingState => restingStates.some((resting) => resting === state);

/** What can be done to a machine in a state; one table for the buttons and for the server. */
export const machineCan = {
  connect: (state: MachineState) => state === 'running' || state === 'degraded' || state === 'unreachable',
  // Who is not there follows when it returns.
  changeAccess: (state: MachineState) => state === 'running' || state === 'degraded' || state === 'unreachable',
  enforce: (state: MachineState) => state === 'running',
  start: (state: MachineState) =>
    state === 'stopped' || state === 'paused' || state === 'saved' || state === 'unreachable',
  // What is paused goes on first, and then shuts itself down.
  stop: (state: MachineState) =>
    state === 'running' || state === 'degraded' || state === 'unreachable' || state === 'paused',
  pause: (state: MachineState) => state === 'running' || state === 'degraded',
  save: (state: MachineState) => state === 'running' || state === 'degraded' || state === 'paused',
  restart: (state: MachineState) => state === 'running' || state === 'degraded',
  // Of a saved machine that discards its memory, which may be the only way out.
  kill: (state: MachineState) =>
    state === 'running' || state === 'degraded' || state === 'unreachable' || state === 'paused' || state === 'saved',
  // The console has to sign in; what it finds there may be broken.
  provision: (state: MachineState) => state === 'running' || state === 'degraded' || state === 'unreachable',
  applySettings: (state: MachineState) => state === 'running' || state === 'degraded',
  upgrade: (state: MachineState) => state === 'running' || state === 'degraded',
  swarm: (state: MachineState) => state === 'running' || state === 'degraded',
  selfTest: (state: MachineState) => state === 'running' || state === 'degraded',
  refresh: (state: MachineState) => state === 'running' || state === 'degraded' || state === 'unreachable',
  remove: (state: MachineState) => state !== 'creating' && state !== 'removing',
};

/** The links between the console and the containers of a machine, in the order in which they break. */
export const healthLinks = ['provider', 'network', 'ssh', 'tls', 'engine'] as const;
export type HealthLink = (typeof healthLinks)[number];

export interface LinkHealth {
  readonly state: 'ok' | 'failed' | 'unknown';
  /** Why it failed, in a sentence; else null, but the provider may say what it is about to do, or does now, with the machine. */
  readonly reason: string | null;
}

export type MachineHealth = Readonly<Record<HealthLink, LinkHealth>>;

/** What can be wrong with a machine that should run, the most basic first; docs/fleet.md says what each one means. */
export const machineProblems = [
  'provider-off',
  'unreachable',
  'ssh-refused',
  'engine-down',
  'tls-wrong',
  'certificate-expired',
] as const;
export type MachineProblem = (typeof machineProblems)[number];

/** What was read from the host after its creation and at each look since. Sizes in bytes. */
export interface MachineFacts {
  readonly osName: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly engineVersion: string;
  readonly apiVersion: string;
  readonly storageDriver: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskTotalBytes: number | null;
  readonly diskFreeBytes: number | null;
  readonly containersRunning: number;
  readonly containersTotal: number;
  readonly images: number;
}
