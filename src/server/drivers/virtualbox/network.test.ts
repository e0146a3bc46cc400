import { describe, expect, it } from 'vitest';

import { holds, isIn, networkMistake, overlap, parseNetwork, planAddresses } from './network';
import { addressOf } from './power';
import { macOf, ownerOfGroup, parseVmInfo, stateOf, vmIdOf } from './vm';

describe('networkMistake', () => {
  it.each([
    ['192.168.59.1/24', undefined],
    ['10.1.0.1/16', undefined],
    ['10.0.3.1/24', undefined],
    ['172.18.0.1/16', undefined],
    ['10.0.2.1/24', /overlaps 10\.0\.2\.0\/24.*NAT/],
    ['10.0.2.130/26', /overlaps 10\.0\.2\.0\/24/],
    ['10.0.0.1/16', /overlaps 10\.0\.2\.0\/24/],
    ['172.17.0.1/16', /overlaps 172\.17\.0\.0\/16.*Docker's bridge/],
    ['172.17.59.1/24', /overlaps 172\.17\.0\.0\/16/],
    ['192.168.59.0/24', /is the network itself/],
    ['192.168.59.255/24', /is the broadcast address/],
    ['192.168.59.1/30', /from \/16 to \/29/],
    ['192.168.59.1/8', /from \/16 to \/29/],
    ['192.168.59.256/24', /Must be an IPv4 address/],
    ['192.168.59.1', /Must be an IPv4 address/],
    ['fe80::1/64', /Must be an IPv4 address/],
  ])('%s', (text, mistake) => {
    if (mistake) expect(networkMistake(text)).toMatch(mistake);
    else expect(networkMistake(text)).toBeUndefined();
  });
});

describe('networks', () => {
  it('know who is in them', () => {
    const network = parseNetwork('192.168.59.1/24');
    expect(network.mask).toBe('255.255.255.0');
    expect(parseNetwork('192.168.56.1/21').mask).toBe('255.255.248.0');
    expect(isIn(network, '192.168.59.255')).toBe(true);
    expect(isIn(network, '192.168.60.0')).toBe(false);
    expect(overlap(parseNetwork('192.168.0.7/16'), network)).toBe(true);
    expect(overlap(network, parseNetwork('192.168.0.7/16'))).toBe(true);
    expect(overlap(network, parseNetwork('192.168.58.1/24'))).toBe(false);
    expect(holds(parseNetwork('192.168.56.0/21'), network)).toBe(true);
    expect(holds(network, parseNetwork('192.168.56.0/21'))).toBe(false);
  });

  it.each(['192.168.59.1/24', '192.168.59.14/28', '192.168.59.3/29', '10.1.0.1/16'])(
    'share out %s without giving an address twice',
    (cidr) => {
      const network = parseNetwork(cidr);
      const { server, lower, upper, fixed } = planAddresses(network);
      const all = [network.address, server, lower, upper, ...fixed];
      expect(new Set([network.address, server, lower, ...fixed]).size).toBe(3 + fixed.length);
      for (const address of all) expect(isIn(network, address)).toBe(true);
      expect(fixed.length).toBeGreaterThan(0);
    },
  );
});

describe('what VirtualBox says', () => {
  it('is read with quotes, blanks and plain values', () => {
    const info = parseVmInfo('name="a b"\nmemory=1024\n"SATA-0-0"="/x/y=z.iso"\nVMState="paused"\n');
    expect(Object.fromEntries(info)).toEqual({
      name: 'a b',
      memory: '1024',
      'SATA-0-0': '/x/y=z.iso',
      VMState: 'paused',
    });
    expect(stateOf(info)).toEqual({ state: 'paused' });
    expect(stateOf(parseVmInfo('name="<inaccessible>"'))).toMatchObject({ state: 'unreachable' });
  });

  it('tells by its group whose a machine is', () => {
    expect(ownerOfGroup('/quaymaster/team/machine')).toEqual({ teamId: 'team', machineId: 'machine' });
    expect(ownerOfGroup('/quaymaster/team')).toBeNull();
    expect(ownerOfGroup('/')).toBeNull();
  });

  it('can be asked by an id and a MAC that are known before the machine is made', () => {
    const owner = { teamId: 'team', machineId: 'machine' };
    expect(vmIdOf(owner)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(vmIdOf(owner)).toBe(vmIdOf({ ...owner }));
    expect(vmIdOf(owner)).not.toBe(vmIdOf({ ...owner, machineId: 'other' }));
    expect(macOf(owner)).toMatch(/^080027[0-9A-F]{6}$/);
  });
});

describe('addressOf', () => {
  const text = `2: eth0: <UP> mtu 1500 \\    link/ether 08:00:27:aa:00:01 brd ff:ff:ff:ff:ff:ff
3: eth1: <UP> mtu 1500 \\    link/ether 08:00:27:aa:00:02 brd ff:ff:ff:ff:ff:ff
2: eth0    inet 10.0.2.15/24 brd 10.0.2.255 scope global eth0
3: eth1    inet 192.168.59.3/24 brd 192.168.59.255 scope global eth1`;

  it.each([
    ['080027AA0002', '192.168.59.3'],
    ['080027AA0001', '10.0.2.15'],
    ['080027AA0003', null],
  ])('of the card %s is %s', (mac, address) => {
    expect(addressOf(text, mac)).toBe(address);
  });
});
