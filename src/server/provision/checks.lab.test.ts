import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { connectSsh } from '@/server/ssh/connect';

import { trustAnyKey } from '../../../test/support/sshd';
import { hostChecks } from './checks';
import type { CheckResult, HostCheckId, HostCheckInput } from './checks/check';
import type { ProvisionContext } from './context';
import { engineSettings } from './engine-settings';
import { type ProvisionLab, startProvisionLab } from './lab.test-support';
import { recordLog } from './scripted-host.test-support';
import { waitCloudInit } from './steps/wait-cloud-init';

describe('looking at a real host (bookworm)', () => {
  let lab: ProvisionLab;
  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
  });
  afterAll(() => lab?.stop());

  const check = async (change: Partial<HostCheckInput> = {}, ctx: ProvisionContext = lab.ctx) => {
    const results: Partial<Record<HostCheckId, CheckResult>> = {};
    for (const one of hostChecks({ settings: engineSettings.parse({}), port: 2376, ...change })) {
      results[one.id] = await one.run(ctx);
    }
    return results as Record<HostCheckId, CheckResult>;
  };
  const files = () =>
    lab.host.run(
      "find /etc /var/lib /run/systemd/system -xdev -type f -printf '%p %C@\\n' | grep -v -e /var/lib/systemd -e /var/lib/docker | sort",
    );

  it('finds nothing wrong, and changes nothing', async () => {
    const before = await files();
    const results = await check();
    expect(Object.fromEntries(Object.entries(results).map(([id, { status }]) => [id, status]))).toEqual({
      sudo: 'ok',
      os: 'ok',
      disk: 'ok',
      clock: 'ok',
      packages: 'ok',
      port: 'ok',
      engine: 'ok',
    });
    expect(results.engine.message).toMatch(/^Docker 20\.10\.24.*, no container runs$/);
    expect(await files()).toBe(before);
  });

  it('does not start an engine that is stopped', async () => {
    await lab.host.run('systemctl stop docker.service');
    expect((await check()).engine.message).toBe('There is an engine, and it is stopped');
    expect((await lab.host.exec('systemctl is-active docker.service')).stdout).toBe('inactive\n');
    await lab.host.run('systemctl start docker.service');
  });

  it('names the process on the port, which also ends a creation before the engine is stopped', async () => {
    await lab.host.run(
      `systemd-run --quiet --unit=taker perl -MIO::Socket::INET -e 'my $listener = IO::Socket::INET->new(Listen => 1, LocalPort => 2376, ReuseAddr => 1) or die; sleep 600'
       for n in $(seq 100); do ss -Hltn sport = :2376 | grep -q . && exit 0; sleep 0.05; done; exit 1`,
    );
    const { port } = await check();
    expect(port).toMatchObject({ status: 'failed' });
    expect(port.message).toMatch(/^Port 2376 is in use by perl \(process \d+\)$/);
    const started = await lab.invocation();
    await expect(lab.create()).rejects.toMatchObject({
      code: 'provision.port-taken',
      public: expect.stringMatching(/Port 2376 of the host is used by perl \(process \d+\)/) as string,
    });
    expect(await lab.invocation()).toBe(started);
    await lab.host.run('systemctl stop taker');
  });

  it('knows its own machine, and that of another console', async () => {
    await lab.create();
    const own = await check({ owner: lab.input.owner });
    expect([own.port.status, own.engine.status]).toEqual(['ok', 'ok']);
    expect(own.port.message).toMatch(/served by the engine/);
    const other = await check({ owner: { console: 'https://other.example.org', machine: 'm' } });
    expect(other.engine).toMatchObject({ status: 'warning', details: { managedBy: 'https://console.example.org' } });
  });

  it('tells what an account without sudo may see, and that it has no sudo', async () => {
    const connection = await connectSsh(
      { host: lab.host.address, port: 22, user: 'plain', privateKey: lab.host.privateKey },
      { signal: AbortSignal.timeout(20_000), hostKey: trustAnyKey },
    );
    const log = recordLog();
    const results = await check({}, { host: connection, log, signal: AbortSignal.timeout(60_000), clock: systemClock });
    await connection.close();
    expect(results.sudo.status).toBe('failed');
    expect(results.sudo.message).toMatch(/sudo/);
    expect([results.os.status, results.disk.status, results.clock.status]).toEqual(['ok', 'ok', 'ok']);
    expect(results.engine).toMatchObject({ status: 'warning' });
  });

  it('waits for cloud-init with its stage, and goes on when it has ended', async () => {
    await lab.host.run(
      `mkdir -p /run/cloud-init; : > /run/cloud-init/enabled; echo '{"v1": {"stage": "modules-config"}}' > /run/cloud-init/status.json`,
    );
    const waiting = waitCloudInit(lab.ctx);
    const isShown = () => lab.log.text().includes('at its stage modules-config');
    while (!isShown()) await systemClock.sleep(20);
    await lab.host.run(`echo '{"v1": {"datasource": "None", "errors": []}}' > /run/cloud-init/result.json`);
    expect(await waiting).toEqual({ state: 'done', errors: '' });
  });
});
