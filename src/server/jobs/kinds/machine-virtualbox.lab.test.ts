import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { VBoxDouble } from '@/server/drivers/virtualbox/double/double.test-support';
import type { VirtualBoxWorld, Vm } from '@/server/drivers/virtualbox/double/world.test-support';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { imageFile } from '@/server/operations/images/image-file';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { dressAsBoot2docker } from '@/server/provision/boot2docker/dress.test-support';
import { engineVersion } from '@/server/provision/engine-client';

import { type LabHost, labAvailable, prepareLab, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' });

/**
 * The virtual machine behind the double is a lab host: the forwarded port leads to its sshd, and its address in the host-only
 * network is its own. It lets in the key that is in the disk, as boot2docker does at its boot.
 */
class Guest {
  readonly host: LabHost;
  /** Instead of the one that the DHCP server would give. */
  otherAddress: string | undefined;
  #forward: Server | undefined;
  #address: string | undefined;

  constructor(host: LabHost) {
    this.host = host;
  }

  async up(vm: Vm, { servers }: VirtualBoxWorld): Promise<void> {
    const mac = vm.settings['macaddress2']?.match(/../g)?.join(':') ?? '';
    const address = this.otherAddress ?? servers[0]?.fixed[mac] ?? '';
    const key = /ssh-\S+ \S+[^\n]*/.exec(readFileSync(vm.media['SATA-1-0'] ?? '', 'latin1'))?.[0] ?? '';
    await this.host.run(
      `set -eu
       printf '%s\\n' "$1" > /home/docker/.ssh/authorized_keys
       ip link add eth1 type veth peer name eth1-far; ip link set eth1-far up; ip link set eth1 address "$2"; ip addr add "$3/24" dev eth1; ip link set eth1 up`,
      { args: [key, mac, address] },
    );
    ip('route', 'replace', `${address}/32`, 'via', this.host.address);
    this.#address = address;
    const port = Number(Object.values(vm.forwarding)[0]?.split(',')[3]);
    this.#forward = createServer((socket) => {
      const inside = connect(22, this.host.address);
      for (const end of [socket, inside]) end.on('error', () => [socket, inside].forEach((one) => one.destroy()));
      socket.pipe(inside).pipe(socket);
    });
    await new Promise<void>((resolve) => this.#forward?.listen(port, '127.0.0.1', resolve));
  }

  async down(): Promise<void> {
    this.#forward?.close();
    this.#forward = undefined;
    if (this.#address === undefined) return;
    ip('route', 'del', `${this.#address}/32`);
    this.#address = undefined;
    await this.host.run('ip link del eth1');
  }
}

describe.skipIf(!lab.ok)('a machine in VirtualBox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qm-vb-'));
  const formerPath = process.env['PATH'] ?? '';
  const iso = Buffer.from('a boot2docker ISO\n');
  const sha256 = createHash('sha256').update(iso).digest('hex');
  let console_: TestConsole;
  let member: TestMember;
  let guest: Guest;
  let double: VBoxDouble;
  let options: Record<string, unknown>;
  let hypervisorFolder: string;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    double = new VBoxDouble(folder);
    process.env['PATH'] = `${double.bin}:${formerPath}`;
    const [made, host] = await Promise.all([
      createTestConsole({ clock: systemClock }),
      startHost({ release: 'bookworm', engine: 'present' }),
    ]);
    console_ = made;
    guest = new Guest(host);
    await dressAsBoot2docker(host);
    double.events = { onUp: (vm, world) => guest.up(vm, world), onDown: () => guest.down() };
    member = await console_.seedMember(await console_.seedTeam());
    const { runtime } = console_;
    const teamId = member.team.id;
    const { id: hypervisorId } = await runtime.database.prisma.hypervisorHost.create({
      data: { teamId, name: 'workshop', kind: 'local' },
    });
    const size = { sizeBytes: iso.length, receivedBytes: iso.length };
    const { id: imageId } = await runtime.database.prisma.image.create({
      data: {
        teamId,
        name: 'boot2docker',
        system: 'boot2docker',
        format: 'iso',
        architecture: 'amd64',
        state: 'ready',
        sha256,
        ...size,
        createdByName: 'test',
      },
    });
    const path = imageFile(runtime.env, imageId);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, iso);
    options = { hypervisorId, imageId, checkVirtualisation: false };
    const signal = AbortSignal.timeout(30_000);
    hypervisorFolder = (await runtime.hypervisors.open({ teamId, id: hypervisorId }, signal)).folder;
  });

  afterAll(async () => {
    await guest?.down();
    await guest?.host.stop();
    await console_?.close();
    await double?.close();
    process.env['PATH'] = formerPath;
    rmSync(folder, { recursive: true, force: true });
    if (hypervisorFolder) rmSync(join(hypervisorFolder, 'images', `${sha256}.iso`), { force: true });
  });

  const runLast = async () => {
    const { jobId } = console_.queue.deliveries.at(-1) ?? { jobId: '' };
    await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
    const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({ where: { id: jobId } });
    expect(job.error).toBeNull();
    expect(job.state).toBe('succeeded');
  };

  const get = () => member.call.machines.get({ team: member.team.slug, machine: 'edge-1' });
  const act = async (action: 'start' | 'stop') => {
    await member.call.machines.act({ team: member.team.slug, machine: 'edge-1', action });
    await runLast();
  };

  it('is refused with a gate, before anything is written', async () => {
    const creating = member.call.machines.create({
      team: member.team.slug,
      name: 'edge-1',
      driver: 'virtualbox',
      options,
      engine: {},
      enforcement: 'gate',
    });
    await expect(creating).rejects.toMatchObject({
      message: expect.stringContaining('There is no gate here') as string,
    });
  });

  it('goes from the API to an engine that answers over TLS', async () => {
    await member.call.machines.create({
      team: member.team.slug,
      name: 'edge-1',
      driver: 'virtualbox',
      options,
      engine: {},
    });
    await runLast();
    const machine = await get();
    expect(machine.state).toBe('running');
    expect(machine.address).toBe('192.168.59.3');
    expect(machine.health).toMatchObject({ ssh: { state: 'ok' }, tls: { state: 'ok' }, engine: { state: 'ok' } });
    expect(machine.facts?.osName).toContain('Boot2Docker');
    expect((await guest.host.run('hostname')).trim()).toBe('edge-1');
    const tls = await consoleCredentials(console_.runtime, member.team.id);
    const version = await engineVersion({ address: '192.168.59.3', port: 2376, tls }, AbortSignal.timeout(10_000));
    expect(version.Version).toMatch(/^\d/);
  });

  it('is stopped, and comes back with another address and a certificate for it', async () => {
    await act('stop');
    expect((await get()).state).toBe('stopped');
    guest.otherAddress = '192.168.59.77';
    await act('start');
    const machine = await get();
    expect(machine).toMatchObject({ state: 'running', address: '192.168.59.77' });
    expect(machine.health).toMatchObject({ tls: { state: 'ok' }, engine: { state: 'ok' } });
  });

  it('is removed, and nothing of it is left', async () => {
    await member.call.machines.remove({
      team: member.team.slug,
      machine: 'edge-1',
      confirm: 'edge-1',
      mode: 'restore',
      removeEngine: false,
      deleteData: false,
    });
    await runLast();
    expect(double.read()).toMatchObject({ vms: [], adapters: [], servers: [], extraData: {} });
    expect(existsSync(join(hypervisorFolder, 'virtualbox', 'quaymaster', member.team.id))).toBe(false);
    const left = await console_.runtime.database.prisma.resource.count({
      where: { teamId: member.team.id, goneAt: null },
    });
    expect(left).toBe(0);
    expect(await member.call.machines.list({ team: member.team.slug })).toMatchObject({ total: 0 });
  });
});
