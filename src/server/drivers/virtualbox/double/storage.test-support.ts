import { existsSync } from 'node:fs';

import { type Command, type Grammar, parseArguments, words } from './grammar.test-support';
import { assertChangeable, comFailure, findVm, syntaxFailure } from './world.test-support';

const storageContext =
  'AttachDevice(Bstr(pszCtl).raw(), port, device, devTypeRequested, pMedium2Mount)" at line 794 of file VBoxManageStorageController.cpp';

const storageCtl: Command = (world, args) => {
  const grammar: Grammar = { options: { name: 'text', add: 'text', hostiocache: 'onoff' }, words: words(1) };
  const { words: names, get } = parseArguments(args, grammar);
  const vm = findVm(world, names[0] ?? '');
  assertChangeable(vm);
  const name = get('name');
  if (name === undefined) throw syntaxFailure('Storage controller name not specified');
  if (get('add') !== 'sata') throw syntaxFailure(`Invalid --add argument '${get('add') ?? ''}'`);
  if (vm.controllers.includes(name)) {
    throw comFailure(`Storage controller named '${name}' already exists`, {
      code: 'VBOX_E_OBJECT_IN_USE',
      component: 'SessionMachine',
      context:
        'AddStorageController(Bstr(pszCtl).raw(), StorageBus_SATA, ctl.asOutParam())" at line 1095 of file VBoxManageStorageController.cpp',
    });
  }
  vm.controllers.push(name);
  return '';
};

const storageAttach: Command = (world, args) => {
  const grammar: Grammar = {
    options: { storagectl: 'text', port: 'number', device: 'number', type: 'text', medium: 'text' },
    words: words(1),
  };
  const { words: names, get } = parseArguments(args, grammar);
  const vm = findVm(world, names[0] ?? '');
  assertChangeable(vm);
  const [controller = '', port = '', device = '', type = '', medium = ''] = [
    'storagectl',
    'port',
    'device',
    'type',
    'medium',
  ].map(get);
  if (!vm.controllers.includes(controller)) {
    const error = { code: 'VBOX_E_OBJECT_NOT_FOUND', component: 'SessionMachine', context: storageContext } as const;
    throw comFailure(`Could not find a storage controller named '${controller}'`, error);
  }
  if (!['dvddrive', 'hdd'].includes(type)) throw syntaxFailure(`Invalid --type argument '${type}'`);
  if (!existsSync(medium)) {
    throw comFailure(`Could not find file for the medium '${medium}' (VERR_FILE_NOT_FOUND)`, {
      code: 'VBOX_E_FILE_ERROR',
      component: 'Medium',
      context:
        'OpenMedium(Bstr(pszFilenameOrUuid).raw(), enmDevType, enmAccessMode, fForceNewUuidOnOpen, pMedium.asOutParam())" at line 191 of file VBoxManageDisk.cpp',
    });
  }
  vm.media[`${controller}-${port}-${device}`] = medium;
  return '';
};

export const storageCommands: Readonly<Record<string, Command>> = {
  storagectl: storageCtl,
  storageattach: storageAttach,
};
