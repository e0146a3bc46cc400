/** What VirtualBox keeps, as the double keeps it: JSON on disk, read and written at each call. */
export interface VirtualBoxWorld {
  readonly vms: Vm[];
  readonly adapters: HostOnlyAdapter[];
  readonly servers: DhcpServer[];
  readonly extraData: Record<string, string>;
  nextUuid: number;
}

export type VmState = 'poweroff' | 'running' | 'paused' | 'saved' | 'aborted' | 'gurumeditation';

export interface Vm {
  readonly uuid: string;
  readonly name: string;
  readonly groups: string;
  /** Absolute path of the .vbox file. */
  readonly settingsFile: string;
  state: VmState;
  /** Calls that still find the session locked, after the machine was switched off. */
  lockedFor: number;
  /** What modifyvm has set, by option without the dashes. */
  readonly settings: Record<string, string>;
  readonly forwarding: Record<string, string>;
  readonly controllers: string[];
  /** "SATA-0-0" -> path. */
  readonly media: Record<string, string>;
  readonly shares: Record<string, string>;
  readonly guestProperties: Record<string, string>;
  readonly extraData: Record<string, string>;
}

export interface HostOnlyAdapter {
  readonly name: string;
  readonly uuid: string;
  ip: string;
  mask: string;
}

export interface DhcpServer {
  readonly network: string;
  serverIp: string;
  mask: string;
  lowerIp: string;
  upperIp: string;
  isEnabled: boolean;
  readonly fixed: Record<string, string>;
}

export const emptyWorld = (): VirtualBoxWorld => ({ vms: [], adapters: [], servers: [], extraData: {}, nextUuid: 1 });

export const newUuid = (world: VirtualBoxWorld): string => {
  const number = world.nextUuid;
  world.nextUuid += 1;
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
};

/** How VBoxManage ends when it fails. */
export class VBoxFailure extends Error {
  readonly exitCode: number;
  readonly stderr: string;

  constructor(stderr: string, exitCode: number) {
    super(stderr);
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

const codes = {
  E_FAIL: '0x80004005',
  E_INVALIDARG: '0x80070057',
  E_ACCESSDENIED: '0x80070005',
  VBOX_E_OBJECT_NOT_FOUND: '0x80bb0001',
  VBOX_E_INVALID_VM_STATE: '0x80bb0002',
  VBOX_E_FILE_ERROR: '0x80bb0004',
  VBOX_E_INVALID_OBJECT_STATE: '0x80bb0007',
  VBOX_E_OBJECT_IN_USE: '0x80bb000c',
} as const;

export interface ComError {
  readonly code: keyof typeof codes;
  /** "Machine", "VirtualBox", "Console". */
  readonly component: string;
  /** "FindMachine(Bstr(...))" at line ... of file ... */
  readonly context: string;
}

/** An error of Main, as VBoxManage prints it. */
export const comFailure = (message: string, { code, component, context }: ComError): VBoxFailure =>
  new VBoxFailure(
    `VBoxManage: error: ${message}
VBoxManage: error: Details: code ${code} (${codes[code]}), component ${component}Wrap, interface I${component}, callee nsISupports
VBoxManage: error: Context: "${context}
`,
    1,
  );

/** An error in the arguments: the usage comes first, and the exit code is 2. */
export const syntaxFailure = (message: string): VBoxFailure =>
  new VBoxFailure(`Usage - Oracle VM VirtualBox command-line interface:\n\nVBoxManage: error: ${message}\n`, 2);

/** An error of VBoxManage itself. */
export const plainFailure = (message: string, exitCode = 1): VBoxFailure =>
  new VBoxFailure(`VBoxManage: error: ${message}\n`, exitCode);

export const findVm = (world: VirtualBoxWorld, nameOrId: string): Vm => {
  const found = world.vms.find(({ uuid, name }) => uuid === nameOrId || name === nameOrId);
  if (found) return found;
  throw comFailure(`Could not find a registered machine named '${nameOrId}'`, {
    code: 'VBOX_E_OBJECT_NOT_FOUND',
    component: 'VirtualBox',
    context: 'FindMachine(Bstr(VMNameOrUuid).raw(), machine.asOutParam())" at line 3139 of file VBoxManageInfo.cpp',
  });
};

const stateNames: Readonly<Record<VmState, string>> = {
  poweroff: 'PoweredOff',
  running: 'Running',
  paused: 'Paused',
  saved: 'Saved',
  aborted: 'Aborted',
  gurumeditation: 'GuruMeditation',
};
export const stateName = ({ state }: Vm): string => stateNames[state];

export const isUp = ({ state }: Vm): boolean => state === 'running' || state === 'paused' || state === 'gurumeditation';

const lockContext = 'LockMachine(a->session, LockType_Write)" at line 640 of file VBoxManageModifyVM.cpp';

/** For commands that take the machine's write lock. `saved` machines have one, and refuse most changes all the same. */
export const assertChangeable = (vm: Vm, { whileSaved = false } = {}): void => {
  if (isUp(vm)) {
    throw comFailure(`The machine '${vm.name}' is already locked for a session (or being unlocked)`, {
      code: 'VBOX_E_INVALID_OBJECT_STATE',
      component: 'Machine',
      context: lockContext,
    });
  }
  if (vm.state !== 'saved' || whileSaved) return;
  throw comFailure(`The machine is not mutable (state is ${stateName(vm)})`, {
    code: 'VBOX_E_INVALID_VM_STATE',
    component: 'Machine',
    context: lockContext,
  });
};
