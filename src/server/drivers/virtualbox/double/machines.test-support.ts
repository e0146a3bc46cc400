import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { type Command, type Grammar, parseArguments, words } from './grammar.test-support';
import { assertChangeable, comFailure, findVm, isUp, plainFailure, syntaxFailure, type Vm } from './world.test-support';

const createGrammar: Grammar = {
  options: { name: 'text', uuid: 'text', groups: 'text', basefolder: 'text', ostype: 'text', register: 'flag' },
  words: words(0),
};

const createVm: Command = (world, args) => {
  const { get } = parseArguments(args, createGrammar);
  const [name, uuid, groups = '/', folder] = ['name', 'uuid', 'groups', 'basefolder'].map(get);
  if (name === undefined) throw syntaxFailure('Parameter --name is required');
  if (uuid === undefined || folder === undefined || get('register') === undefined) {
    throw new Error('the double is used in a way that it does not know');
  }
  if (get('ostype') !== 'Linux26_64') {
    throw comFailure(`Guest OS type '${get('ostype') ?? ''}' is invalid`, {
      code: 'VBOX_E_OBJECT_NOT_FOUND',
      component: 'VirtualBox',
      context: 'CreateMachine(...)" at line 285 of file VBoxManageMisc.cpp',
    });
  }
  const settingsFile = join(`${folder}${groups === '/' ? '' : groups}`, name, `${name}.vbox`);
  if (existsSync(settingsFile)) {
    throw comFailure(`Machine settings file '${settingsFile}' already exists`, {
      code: 'VBOX_E_FILE_ERROR',
      component: 'Machine',
      context: 'CreateMachine(...)" at line 285 of file VBoxManageMisc.cpp',
    });
  }
  if (world.vms.some((vm) => vm.uuid === uuid)) {
    throw comFailure(`Registered machine with UUID {${uuid}} ('${name}') already exists`, {
      code: 'E_INVALIDARG',
      component: 'VirtualBox',
      context: 'RegisterMachine(machine)" at line 300 of file VBoxManageMisc.cpp',
    });
  }
  mkdirSync(join(dirname(settingsFile), 'Logs'), { recursive: true });
  writeFileSync(settingsFile, '<VirtualBox/>\n');
  world.vms.push({
    uuid,
    name,
    groups,
    settingsFile,
    state: 'poweroff',
    lockedFor: 0,
    settings: {},
    forwarding: {},
    controllers: [],
    media: {},
    shares: {},
    guestProperties: {},
    extraData: {},
  });
  return `Virtual machine '${name}' is created and registered.\nUUID: ${uuid}\nSettings file: '${settingsFile}'\n`;
};

const unregisterVm: Command = (world, args) => {
  const parsed = parseArguments(args, { options: { delete: 'flag' }, words: words(1) });
  const vm = findVm(world, parsed.words[0] ?? '');
  if (isUp(vm) || vm.lockedFor > 0) {
    vm.lockedFor = Math.max(0, vm.lockedFor - 1);
    throw comFailure(`Cannot unregister the machine '${vm.name}' while it is locked`, {
      code: 'VBOX_E_INVALID_OBJECT_STATE',
      component: 'Machine',
      context: 'Unregister(CleanupMode_DetachAllReturnHardDisksOnly, ...)" at line 154 of file VBoxManageMisc.cpp',
    });
  }
  world.vms.splice(world.vms.indexOf(vm), 1);
  if (parsed.get('delete') !== undefined) {
    for (const [place, path] of Object.entries(vm.media)) if (place !== 'SATA-0-0') rmSync(path, { force: true });
    rmSync(dirname(vm.settingsFile), { recursive: true, force: true });
  }
  return '';
};

/** Those that docker-machine's flow sets, as VirtualBox 6.1 and 7 both take them. */
const modifyGrammar: Grammar = {
  options: {
    firmware: 'text',
    bioslogofadein: 'onoff',
    bioslogofadeout: 'onoff',
    bioslogodisplaytime: 'number',
    biosbootmenu: 'text',
    ostype: 'text',
    cpus: 'number',
    memory: 'number',
    acpi: 'onoff',
    ioapic: 'onoff',
    rtcuseutc: 'onoff',
    cpuhotplug: 'onoff',
    pae: 'onoff',
    hpet: 'onoff',
    hwvirtex: 'onoff',
    boot1: 'text',
    nestedpaging: 'onoff',
    largepages: 'onoff',
    vtxvpid: 'onoff',
    accelerate3d: 'onoff',
    nic1: 'text',
    nictype1: 'text',
    cableconnected1: 'onoff',
    natdnshostresolver1: 'onoff',
    natdnsproxy1: 'onoff',
    nic2: 'text',
    nictype2: 'text',
    cableconnected2: 'onoff',
    nicpromisc2: 'text',
    hostonlyadapter2: 'text',
    macaddress2: 'text',
    natpf1: 'text',
  },
  words: words(1),
};

const nicTypes = ['82540EM', '82543GC', '82545EM', 'Am79C970A', 'Am79C973', 'virtio'];

const allowed: Readonly<Record<string, readonly string[]>> = {
  firmware: ['bios', 'efi'],
  biosbootmenu: ['disabled', 'menuonly', 'messageandmenu'],
  boot1: ['none', 'floppy', 'dvd', 'disk', 'net'],
  nic1: ['none', 'nat', 'hostonly'],
  nic2: ['none', 'nat', 'hostonly'],
  nictype1: nicTypes,
  nictype2: nicTypes,
  nicpromisc2: ['deny', 'allow-vms', 'allow-all'],
};

const natContext = 'AddRedirect(Bstr(strName).raw(), proto, ...)" at line 1816 of file VBoxManageModifyVM.cpp';

const forward = (vm: Vm, value: string): void => {
  const invalid = (message: string) =>
    comFailure(message, { code: 'E_INVALIDARG', component: 'NATEngine', context: natContext });
  if (value.startsWith('delete ')) {
    const name = value.slice('delete '.length);
    if (vm.forwarding[name] === undefined) throw invalid('Code E_INVALIDARG (0x80070057) - Invalid argument value');
    delete vm.forwarding[name];
    return;
  }
  const [name = '', protocol, , port, , guestPort] = value.split(',');
  if (!['tcp', 'udp'].includes(protocol ?? '') || !/^\d+$/.test(port ?? '') || !/^\d+$/.test(guestPort ?? '')) {
    throw syntaxFailure(`Invalid proto '${protocol ?? ''}' specfied for NAT rule`);
  }
  if (vm.forwarding[name] !== undefined) throw invalid('A NAT rule of this name already exists');
  vm.forwarding[name] = value;
};

const modifyVm: Command = (world, args) => {
  const { words: names, options } = parseArguments(args, modifyGrammar);
  const vm = findVm(world, names[0] ?? '');
  assertChangeable(vm, { whileSaved: options.every(([name]) => name === 'natpf1' || name === 'hostonlyadapter2') });
  for (const [name, value] of options) {
    if (allowed[name] && !allowed[name].includes(value)) {
      throw syntaxFailure(`Invalid type '${value}' specfied for NIC 1`);
    }
    if (name === 'macaddress2' && !/^080027[0-9A-F]{6}$/.test(value)) {
      throw comFailure('Invalid MAC address format', {
        code: 'E_INVALIDARG',
        component: 'NetworkAdapter',
        context: natContext,
      });
    }
    if (name === 'natpf1') forward(vm, value);
    else vm.settings[name] = value;
  }
  return '';
};

const guestProperty: Command = (world, args) => {
  const { words: given } = parseArguments(args, { options: {}, words: words(4) });
  const [verb, id = '', key = '', value = ''] = given;
  if (verb !== 'set') throw syntaxFailure(`Unknown subcommand: ${verb ?? ''}`);
  findVm(world, id).guestProperties[key] = value;
  return '';
};

const sharedFolder: Command = (world, args) => {
  const grammar: Grammar = { options: { name: 'text', hostpath: 'text', automount: 'flag' }, words: words(2) };
  const { words: given, get } = parseArguments(args, grammar);
  const [verb, id = ''] = given;
  if (verb !== 'add') throw syntaxFailure(`Unknown subcommand: ${verb ?? ''}`);
  const vm = findVm(world, id);
  assertChangeable(vm);
  const [name = '', path = ''] = [get('name'), get('hostpath')];
  if (!existsSync(path)) {
    throw comFailure(`Shared folder path '${path}' is not absolute`, {
      code: 'E_INVALIDARG',
      component: 'SessionMachine',
      context: 'CreateSharedFolder(...)" at line 1141 of file VBoxManageMisc.cpp',
    });
  }
  if (vm.shares[name] !== undefined) {
    throw comFailure(`Shared folder named '${name}' already exists`, {
      code: 'VBOX_E_OBJECT_IN_USE',
      component: 'SessionMachine',
      context: 'CreateSharedFolder(...)" at line 1141 of file VBoxManageMisc.cpp',
    });
  }
  vm.shares[name] = path;
  return '';
};

const setExtraData: Command = (world, args) => {
  const { words: given } = parseArguments(args, { options: {}, words: words(2, 3) });
  const [where = '', key = '', value] = given;
  const { extraData } = where === 'global' ? world : findVm(world, where);
  if (value === undefined) delete extraData[key];
  else extraData[key] = value;
  return '';
};

const getExtraData: Command = (world, args) => {
  const { words: given } = parseArguments(args, { options: {}, words: words(2) });
  const [where = '', key = ''] = given;
  if (where !== 'global' && key !== 'enumerate') {
    const value = findVm(world, where).extraData[key];
    return value === undefined ? 'No value set!\n' : `Value: ${value}\n`;
  }
  if (where !== 'global' || key !== 'enumerate') {
    throw plainFailure('the double enumerates global extra data only');
  }
  return Object.entries(world.extraData)
    .map(([key, value]) => `Key: ${key}, Value: ${value}\n`)
    .join('');
};

export const machineCommands: Readonly<Record<string, Command>> = {
  createvm: createVm,
  unregistervm: unregisterVm,
  modifyvm: modifyVm,
  guestproperty: guestProperty,
  sharedfolder: sharedFolder,
  setextradata: setExtraData,
  getextradata: getExtraData,
};
