import { describe, expect, it } from 'vitest';

import { type DomainPlan, domainXml } from './domain-xml';
import { domainUuid, macAddress } from './names';

const plan: DomainPlan = {
  name: 'qm-harbour-edge-1-0a1b2c',
  teamId: 'team-1',
  machineId: 'machine-1',
  hardware: { memoryMiB: 1024, cpus: 2, cpuMode: 'auto', firmware: 'bios' },
  isAccelerated: false,
  wire: { kind: 'network', network: 'default' },
  files: { disk: '/m/disk.qcow2', console: '/m/console.log' },
  second: { kind: 'seed', path: '/m/seed.iso' },
};

describe('domainXml', () => {
  it('says whose the machine is, and is the same each time', () => {
    const xml = domainXml(plan);
    expect(xml).toContain("team='team-1' id='machine-1'");
    expect(xml).toContain(`<uuid>${domainUuid('team-1', 'machine-1')}</uuid>`);
    expect(domainXml(plan)).toBe(xml);
  });

  it('escapes what is put in', () => {
    const xml = domainXml({ ...plan, files: { disk: `/m/'/><evil a="&b"`, console: '/c' } });
    expect(xml).toContain("<source file='/m/&apos;/&gt;&lt;evil a=&quot;&amp;b&quot;'/>");
  });

  it('emulates every feature, or hands the CPU through', () => {
    expect(domainXml(plan)).toMatch(/<domain type='qemu'[\s\S]*<cpu mode='maximum'\/>/);
    expect(domainXml({ ...plan, isAccelerated: true })).toMatch(
      /<domain type='kvm'[\s\S]*<cpu mode='host-passthrough'\/>/,
    );
  });

  it('starts from its disk with the seed as a second one, or from a DVD', () => {
    expect(domainXml(plan)).toMatch(/<source file='\/m\/seed.iso'\/><target dev='vdb' bus='virtio'\/><readonly\/>/);
    const xml = domainXml({ ...plan, second: { kind: 'dvd', path: '/i/boot2docker.iso' } });
    expect(xml).toMatch(/device='cdrom'[\s\S]*boot2docker\.iso'\/><target dev='sda'[^\n]*<boot order='1'\/>/);
    expect(xml).toMatch(/disk\.qcow2[\s\S]{0,80}<boot order='2'\/>/);
    expect(xml).not.toContain('seed.iso');
  });

  it('hangs on a bridge, or forwards ports of loopback', () => {
    const mac = macAddress('team-1', 'machine-1');
    expect(domainXml({ ...plan, wire: { kind: 'bridge', bridge: 'br0' } })).toContain(
      `<interface type='bridge'><source bridge='br0'/><mac address='${mac}'/>`,
    );
    const xml = domainXml({ ...plan, wire: { kind: 'user', sshPort: 20_001, enginePort: 2377 } });
    expect(xml).not.toContain('<interface');
    expect(xml).toContain('user,id=qmnet,hostfwd=tcp:127.0.0.1:20001-:22,hostfwd=tcp:127.0.0.1:2377-:2377');
    expect(xml).toContain(`virtio-net-pci,netdev=qmnet,mac=${mac}`);
  });
});

describe('names', () => {
  it('differ from machine to machine, and are well formed', () => {
    expect(domainUuid('team-1', 'machine-1')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(domainUuid('team-1', 'machine-1')).not.toBe(domainUuid('team-1', 'machine-2'));
    expect(macAddress('team-1', 'machine-1')).not.toBe(macAddress('team-2', 'machine-1'));
  });
});
