import { type Command, parseArguments } from './grammar.test-support';
import {
  comFailure,
  type DhcpServer,
  type HostOnlyAdapter,
  newUuid,
  plainFailure,
  syntaxFailure,
  VBoxFailure,
  type VirtualBoxWorld,
} from './world.test-support';

const networkOf = (adapter: string) => `HostInterfaceNetworking-${adapter}`;

const findAdapter = (world: VirtualBoxWorld, name: string): HostOnlyAdapter => {
  const found = world.adapters.find((adapter) => adapter.name === name);
  if (found) return found;
  throw comFailure(`The host network interface named '${name}' could not be found`, {
    code: 'VBOX_E_OBJECT_NOT_FOUND',
    component: 'Host',
    context:
      'FindHostNetworkInterfaceByName(Bstr(pszName).raw(), hif.asOutParam())" at line 131 of file VBoxManageHostonly.cpp',
  });
};

/** VirtualBox on Linux without /etc/vbox/networks.conf. */
const isAllowed = (ip: string): boolean => /^192\.168\.(5[6-9]|6[0-3])\./.test(ip);

const ipconfig = (world: VirtualBoxWorld, args: readonly string[]): string => {
  const { words, get } = parseArguments(args, { options: { ip: 'text', netmask: 'text' }, words: { min: 1, max: 1 } });
  const adapter = findAdapter(world, words[0] ?? '');
  const [ip, mask = '255.255.255.0'] = [get('ip'), get('netmask')];
  if (ip === undefined) throw syntaxFailure('Neither -dhcp nor -ip nor -ipv6 was specfified');
  if (!isAllowed(ip)) {
    throw comFailure('Code E_ACCESSDENIED (0x80070005) - Access denied (extended info not available)', {
      code: 'E_ACCESSDENIED',
      component: 'HostNetworkInterface',
      context:
        'EnableStaticIPConfig(Bstr(pszIp).raw(), Bstr(pszNetmask).raw())" at line 252 of file VBoxManageHostonly.cpp',
    });
  }
  adapter.ip = ip;
  adapter.mask = mask;
  return '';
};

const progress = '0%...10%...20%...30%...40%...50%...60%...70%...80%...90%...100%\n';

const hostOnlyIf: Command = (world, [verb, ...args]) => {
  if (verb === 'ipconfig') return ipconfig(world, args);
  if (verb === 'create') {
    parseArguments(args, { options: {}, words: { min: 0, max: 0 } });
    const names = world.adapters.map(({ name }) => name);
    const name =
      Array.from({ length: 128 }, (_, number) => `vboxnet${number}`).find((one) => !names.includes(one)) ?? '';
    // As on Linux: an address at once, by the number in the name. Source: Main's getDefaultIPv4Address.
    const ip = `192.168.${56 + Number(name.slice('vboxnet'.length))}.1`;
    world.adapters.push({ name, uuid: newUuid(world), ip, mask: '255.255.255.0' });
    return `${progress}Interface '${name}' was successfully created\n`;
  }
  if (verb === 'remove') {
    const { words } = parseArguments(args, { options: {}, words: { min: 1, max: 1 } });
    const adapter = findAdapter(world, words[0] ?? '');
    world.adapters.splice(world.adapters.indexOf(adapter), 1);
    return progress;
  }
  throw syntaxFailure(verb === undefined ? 'No sub-command specified' : `Unknown sub-command '${verb}'`);
};

const findServer = (world: VirtualBoxWorld, interfaceName: string | undefined): DhcpServer | null => {
  if (interfaceName === undefined) {
    throw syntaxFailure('You need to specify either --network or --interface to identify the DHCP server');
  }
  try {
    findAdapter(world, interfaceName);
  } catch (error) {
    if (!(error instanceof VBoxFailure)) throw error;
    throw new VBoxFailure(
      `${error.stderr}VBoxManage: error: Failed to locate host-only interface '${interfaceName}'\n`,
      2,
    );
  }
  return world.servers.find(({ network }) => network === networkOf(interfaceName)) ?? null;
};

const requireServer = (world: VirtualBoxWorld, interfaceName: string | undefined): DhcpServer => {
  const server = findServer(world, interfaceName);
  if (server) return server;
  const name = interfaceName ?? '';
  throw plainFailure(`Failed to find DHCP server for host-only interface '${name}' (network '${networkOf(name)}')`, 2);
};

const addOrModify: Command = (world, [verb, ...args]) => {
  const { get } = parseArguments(args, {
    options: {
      interface: 'text',
      'server-ip': 'text',
      netmask: 'text',
      'lower-ip': 'text',
      'upper-ip': 'text',
      enable: 'flag',
      disable: 'flag',
      'mac-address': 'text',
      'fixed-address': 'text',
      'remove-config': 'flag',
    },
    words: { min: 0, max: 0 },
  });
  const name = get('interface');
  if (verb === 'add') {
    if (findServer(world, name)) throw plainFailure('DHCP server already exists', 2);
    const [serverIp, mask, lowerIp, upperIp] = ['server-ip', 'netmask', 'lower-ip', 'upper-ip'].map(get);
    if (!serverIp || !mask || !lowerIp || !upperIp) {
      throw syntaxFailure('Missing required options: --server-ip, --netmask, --lower-ip, --upper-ip');
    }
    world.servers.push({
      network: networkOf(name ?? ''),
      serverIp,
      mask,
      lowerIp,
      upperIp,
      isEnabled: get('enable') !== undefined,
      fixed: {},
    });
    return '';
  }
  const server = requireServer(world, name);
  const mac = get('mac-address');
  if (mac !== undefined && !/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac)) {
    throw syntaxFailure(`RTGetOpt: Invalid MAC address: '${mac}'`);
  }
  const address = get('fixed-address');
  if (address !== undefined && mac === undefined) {
    throw syntaxFailure('--fixed-address can only be applied to a VM NIC or an MAC address');
  }
  if (mac !== undefined && get('remove-config') !== undefined) delete server.fixed[mac];
  else if (mac !== undefined && address !== undefined) {
    const other = Object.entries(server.fixed).find(([one, fixed]) => fixed === address && one !== mac);
    if (other) throw plainFailure(`Failed to set fixed address '${address}'`);
    server.fixed[mac] = address;
  }
  return '';
};

const isServerRunning = (world: VirtualBoxWorld, { network }: DhcpServer): boolean =>
  world.vms.some(
    (vm) => ['running', 'paused'].includes(vm.state) && networkOf(vm.settings['hostonlyadapter2'] ?? '') === network,
  );

const dhcpServer: Command = (world, [verb = '', ...args]) => {
  if (verb === 'add' || verb === 'modify') return addOrModify(world, [verb, ...args]);
  if (verb !== 'remove' && verb !== 'restart') throw syntaxFailure(`Unknown sub-command '${verb}'`);
  const { get } = parseArguments(args, { options: { interface: 'text', network: 'text' }, words: { min: 0, max: 0 } });
  const network = get('network');
  const server =
    network === undefined
      ? requireServer(world, get('interface'))
      : world.servers.find((one) => one.network === network);
  if (!server) throw plainFailure(`Failed to find DHCP server for network '${network ?? ''}'`, 2);
  if (verb === 'remove') {
    world.servers.splice(world.servers.indexOf(server), 1);
    return '';
  }
  if (isServerRunning(world, server)) return '';
  throw comFailure('not running', {
    code: 'E_FAIL',
    component: 'DHCPServer',
    context: 'Restart()" at line 1187 of file VBoxManageDHCPServer.cpp',
  });
};

export const networkCommands: Readonly<Record<string, Command>> = { hostonlyif: hostOnlyIf, dhcpserver: dhcpServer };
