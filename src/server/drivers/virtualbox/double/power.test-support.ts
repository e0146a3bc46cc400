import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';

import { type Command, parseArguments } from './grammar.test-support';
import {
  comFailure,
  findVm,
  isUp,
  plainFailure,
  stateName,
  syntaxFailure,
  type VirtualBoxWorld,
  type Vm,
} from './world.test-support';

const startContext =
  'LaunchVMProcess(a->session, sessionType.raw(), ComSafeArrayAsInParam(aBstrEnv), progress.asOutParam())" at line 921 of file VBoxManageMisc.cpp';

const assertBootable = (world: VirtualBoxWorld, vm: Vm): void => {
  const failed = (message: string) =>
    comFailure(message, { code: 'E_FAIL', component: 'Console', context: startContext });
  const adapter = vm.settings['hostonlyadapter2'];
  if (vm.settings['nic2'] === 'hostonly' && !world.adapters.some(({ name }) => name === adapter)) {
    throw failed(`Nonexistent host networking interface, name '${adapter ?? ''}' (VERR_INTERNAL_ERROR)`);
  }
  const missing = Object.values(vm.media).find((path) => !existsSync(path));
  if (missing !== undefined) throw failed(`Could not open the medium '${missing}'. VD: error VERR_FILE_NOT_FOUND`);
};

const startVm: Command = (world, args) => {
  const { words, get } = parseArguments(args, { options: { type: 'text' }, words: { min: 1, max: 1 } });
  const vm = findVm(world, words[0] ?? '');
  const type = get('type') ?? 'gui';
  if (!['gui', 'sdl', 'headless', 'separate'].includes(type)) throw syntaxFailure(`Invalid frontend type: '${type}'`);
  if (isUp(vm)) {
    throw comFailure(`The machine '${vm.name}' is already locked by a session (or being locked or unlocked)`, {
      code: 'VBOX_E_INVALID_OBJECT_STATE',
      component: 'Machine',
      context: startContext,
    });
  }
  assertBootable(world, vm);
  vm.state = 'running';
  vm.lockedFor = 0;
  return `Waiting for VM "${vm.name}" to power on...\nVM "${vm.name}" has been successfully started.\n`;
};

const invalidState = (vm: Vm, message = `Invalid machine state: ${stateName(vm)}`) =>
  comFailure(message, {
    code: 'VBOX_E_INVALID_VM_STATE',
    component: 'Console',
    context: 'handleControlVM" at line 200 of file VBoxManageControlVM.cpp',
  });

const off = (vm: Vm): string => {
  vm.state = 'poweroff';
  // The session goes a moment after the machine.
  vm.lockedFor = 1;
  return '0%...10%...100%\n';
};

const acts: Readonly<Record<string, (vm: Vm) => string>> = {
  poweroff: off,
  pause: (vm) => {
    if (vm.state !== 'running') throw invalidState(vm);
    vm.state = 'paused';
    return '';
  },
  resume: (vm) => {
    if (vm.state !== 'paused') {
      throw invalidState(vm, `Cannot resume the machine as it is not paused (machine state: ${stateName(vm)})`);
    }
    vm.state = 'running';
    return '';
  },
  acpipowerbutton: (vm) => {
    if (vm.state !== 'running') throw invalidState(vm);
    off(vm);
    return '';
  },
  savestate: (vm) => {
    if (vm.state !== 'running' && vm.state !== 'paused') throw invalidState(vm);
    vm.state = 'saved';
    vm.lockedFor = 1;
    return '0%...100%\n';
  },
};

/** Source: VBoxManageMisc.cpp, handleDiscardState; ConsoleImpl.cpp and NetworkAdapterImpl.cpp of VirtualBox for its refusals. */
const discardState: Command = (world, args) => {
  if (args.length !== 1) throw syntaxFailure('Incorrect number of parameters');
  const vm = findVm(world, args[0] ?? '');
  if (isUp(vm) || vm.lockedFor > 0) {
    vm.lockedFor = Math.max(0, vm.lockedFor - 1);
    throw comFailure(`The machine '${vm.name}' is already locked for a session (or being unlocked)`, {
      code: 'VBOX_E_INVALID_OBJECT_STATE',
      component: 'Machine',
      context: 'LockMachine(a->session, LockType_Write)" at line 1031 of file VBoxManageMisc.cpp',
    });
  }
  if (vm.state !== 'saved') {
    throw comFailure(
      `Cannot delete the machine state as the machine is not in the saved state (machine state: ${stateName(vm)})`,
      {
        code: 'VBOX_E_INVALID_VM_STATE',
        component: 'SessionMachine',
        context: 'DiscardSavedState(true)" at line 1037 of file VBoxManageMisc.cpp',
      },
    );
  }
  vm.state = 'poweroff';
  return '';
};

const controlVm: Command = (world, args) => {
  const { words } = parseArguments(args, { options: {}, words: { min: 2, max: 2 } });
  const [name = '', verb = ''] = words;
  const vm = findVm(world, name);
  const act = acts[verb];
  if (!act) throw syntaxFailure(`Invalid parameter '${verb}'`);
  if (!isUp(vm)) throw plainFailure(`Machine '${vm.name}' is not currently running.`);
  return act(vm);
};

/** The first bytes are what the guest would read. */
const convertFromRaw: Command = (_world, args) => {
  const { words, get } = parseArguments(args, { options: { format: 'text' }, words: { min: 2, max: 3 } });
  const [from = '', to = ''] = words;
  if (!existsSync(from)) throw plainFailure(`Cannot open file "${from}": VERR_FILE_NOT_FOUND`);
  if (existsSync(to)) throw plainFailure(`Cannot create the disk image "${to}": VERR_ALREADY_EXISTS`);
  if (get('format') !== 'VMDK') throw plainFailure(`Cannot create the disk image "${to}": VERR_NOT_SUPPORTED`);
  const size = statSync(from).size;
  const head = Buffer.alloc(4096);
  const file = openSync(from, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  writeFileSync(to, Buffer.concat([Buffer.from(`VMDK of ${size} bytes\n`), head]));
  return `Converting from raw image file="${from}" to file="${to}"...\nCreating dynamic image with size ${size} bytes (${Math.ceil(size / 1048576)}MB)...\n`;
};

const cloneMedium: Command = (_world, args) => {
  const { words, get } = parseArguments(args, { options: { format: 'text' }, words: { min: 3, max: 3 } });
  const [kind, from = '', to = ''] = words;
  if (kind !== 'disk' || get('format') !== 'VMDK') throw syntaxFailure('Invalid parameter');
  const error = {
    code: 'VBOX_E_FILE_ERROR',
    component: 'Medium',
    context: 'OpenMedium(...)" at line 191 of file VBoxManageDisk.cpp',
  } as const;
  if (!existsSync(from)) throw comFailure(`Could not find file for the medium '${from}' (VERR_FILE_NOT_FOUND)`, error);
  if (existsSync(to)) throw comFailure(`Failed to create medium: '${to}' (VERR_ALREADY_EXISTS)`, error);
  writeFileSync(to, `copy of ${from}\n`);
  return "0%...100%\nClone medium created in format 'VMDK'. UUID: 00000000-0000-4000-8000-0000000000ff\n";
};

const closeMedium: Command = (_world, args) => {
  const { words } = parseArguments(args, { options: { delete: 'flag' }, words: { min: 2, max: 2 } });
  if (existsSync(words[1] ?? '')) return '';
  const error = {
    code: 'VBOX_E_FILE_ERROR',
    component: 'Medium',
    context: 'OpenMedium(...)" at line 191 of file VBoxManageDisk.cpp',
  } as const;
  throw comFailure(`Could not find file for the medium '${words[1] ?? ''}' (VERR_FILE_NOT_FOUND)`, error);
};

export const powerCommands: Readonly<Record<string, Command>> = {
  startvm: startVm,
  controlvm: controlVm,
  discardstate: discardState,
  convertfromraw: convertFromRaw,
  clonemedium: cloneMedium,
  closemedium: closeMedium,
};
