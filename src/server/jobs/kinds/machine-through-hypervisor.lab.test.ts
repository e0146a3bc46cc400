import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { CheckEvent } from '@/lib/host-check';
import { tunnelLine } from '@/lib/tunnel-line';
import { GateAdmissions } from '@/server/admission/gate-admissions';
import { systemClock } from '@/server/clock/clock';
import type { Driver } from '@/server/drivers/driver';
import type * as Generic from '@/server/drivers/generic';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';
import { reachedBy } from '@/server/operations/machines/route-to';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { engineVersion } from '@/server/provision/engine-client';
import { probeTcp } from '@/server/ssh/probe';

import { type LabHost, labAvailable, prepareLab, startHost } from '../../../../e2e/lab/lab';
import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

/** Hosts that were there before may be named together with the hypervisor host that alone reaches them. */
vi.mock('@/server/drivers/generic', async (importOriginal) => {
  const { generic } = await importOriginal<typeof Generic>();
  const { defineDriver } = await import('@/server/drivers/driver');
  const { z } = await import('zod');
  const plain = generic();
  const hypervisorId = z.uuid().optional().meta({ title: 'Hypervisor host', widget: 'hypervisor' });
  const behind: Driver = defineDriver({
    ...plain,
    options: plain.options.safeExtend({ hypervisorId }),
    target: (options, state) => ({ ...plain.target(options, state), via: options['hypervisorId'] as string }),
  });
  return { generic: () => behind };
});

const command = promisify(execFile);
const lab = await labAvailable();
const never = new AbortController().signal;

/** Nothing of this machine reaches the host any more; its neighbours in the lab do. */
const hide = async (host: LabHost) => {
  const table = `hidden-${host.name}`;
  const rules = [
    ['add', 'table', 'inet', table],
    ['add', 'chain', 'inet', table, 'output', '{ type filter hook output priority 0; }'],
    ['add', 'rule', 'inet', table, 'output', `ip daddr ${host.address} meta l4proto tcp reject with tcp reset`],
  ];
  for (const rule of rules) await command('nft', rule);
  return () => command('nft', ['delete', 'table', 'inet', table]);
};

describe.skipIf(!lab.ok)('a machine that only its hypervisor host reaches', () => {
  let console_: TestConsole;
  let owner: TestMember;
  let team: string;
  let admissions: GateAdmissions;
  let rack: LabHost;
  let guest: LabHost;
  let show: () => Promise<unknown>;
  let hypervisorId: string;
  let sshKeyId: string;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    console_ = await createTestConsole({ clock: systemClock });
    admissions = new GateAdmissions(() => console_.runtime);
    Object.assign(console_.runtime, { admissions });
    owner = await console_.seedMember(await console_.seedTeam());
    team = owner.team.slug;
    rack = await startHost({ release: 'bookworm' });
    guest = await startHost({ release: 'bookworm', engine: 'present' });
    show = await hide(guest);
    sshKeyId = (await owner.call.sshKeys.create({ team, name: 'lab', privateKey: guest.privateKey })).id;
  });

  afterAll(async () => {
    await show?.();
    await admissions?.close();
    await console_?.runtime.hypervisors.close();
    await Promise.all([rack?.stop(), guest?.stop()]);
    await console_?.close();
  });

  const follow = async (events: AsyncIterable<CheckEvent>) => {
    const all: CheckEvent[] = [];
    for await (const event of events) all.push(event);
    return {
      hostKey: all.flatMap((event) => (event.type === 'host-key' ? [event.hostKey] : []))[0],
      states: Object.fromEntries(
        all.flatMap((event) => (event.type === 'ended' ? [[event.result.id, event.result.status] as const] : [])),
      ),
    };
  };
  const run = async (jobId: string | undefined) => {
    await runJob(console_.runtime, jobId ?? '', { kinds: jobKinds, stopping: never });
    const where = { id: jobId ?? '' };
    const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({ where, include: { logs: true } });
    expect(job.error, job.logs.map((row) => row.text).join('\n')).toBeNull();
  };

  it('registers the hypervisor host with the key that it has shown', async () => {
    const knock = probeTcp({ host: guest.address, port: 22 }, { signal: never, timeoutMs: 5000 });
    await expect(knock).rejects.toMatchObject({ code: 'ssh.port-closed' });
    const way = { kind: 'ssh', address: rack.address, port: 22, user: rack.user, sshKeyId } as const;
    const { hostKey, states } = await follow(await owner.call.hypervisors.check({ team, host: way }));
    expect(hostKey?.fingerprint).toBe(rack.hostKeyFingerprint);
    expect(states).toMatchObject({ authentication: 'ok', rights: 'ok', forwarding: 'ok' });
    const { type = '', key = '' } = hostKey ?? {};
    const host = await owner.call.hypervisors.create({ team, name: 'Rack', ...way, hostKey: { type, key } });
    hypervisorId = host.id;
  });

  it('is checked, made, looked at and attacked through it', async () => {
    const settings = {
      driver: 'generic',
      options: { address: guest.address, sshUser: guest.user, sshKeyId, hypervisorId },
      engine: {},
    };
    const { states, hostKey } = await follow(await owner.call.checks.run({ team, ...settings }));
    expect(states).toMatchObject({ tcp: 'ok', 'host-key': 'ok', authentication: 'ok', sudo: 'ok' });
    expect(hostKey?.fingerprint).toBe(guest.hostKeyFingerprint);

    await run((await owner.call.machines.create({ team, name: 'guest', ...settings, enforcement: 'gate' })).jobId);
    const { id } = await owner.call.machines.get({ team, machine: 'guest' });
    const health = await lookAtMachine(console_.runtime, { id, teamId: owner.team.id }, never);
    expect(health).toMatchObject({ network: { state: 'ok' }, ssh: { state: 'ok' }, engine: { state: 'ok' } });

    const { jobIds } = await owner.call.selfTests.start({ team, machines: ['guest'] });
    await run(jobIds[0]);
    const [test] = await owner.call.selfTests.list({ team, machine: 'guest' });
    expect(test?.passed, JSON.stringify(test?.results, null, 1)).toBe(true);
    expect(await rejection(owner.call.hypervisors.remove({ team, id: hypervisorId, confirm: 'Rack' }))).toMatchObject({
      code: 'hypervisor.in-use',
    });
  });

  it('is reached by the tunnel that members are shown, typed as it is', async () => {
    const { way, address, enginePort: port } = await owner.call.machines.get({ team, machine: 'guest' });
    expect(way).toEqual({ hypervisor: 'Rack', ssh: { host: rack.address, port: 22, user: rack.user } });
    if (!way?.ssh || !address) throw new Error('no way');
    // An archive of several engines names only those whose lines work as they are.
    expect(await owner.call.machines.ownEngines({ team })).toEqual([]);
    const line = tunnelLine({ localPort: 12_376, address, port, ssh: way.ssh });
    // Somebody's own computer: another place would do as well as the rack itself.
    await rack.run(
      `set -eu
      install -d -m 700 -o "$1" "/home/$1/.ssh"
      printf '%s' "$2" | install -m 600 -o "$1" /dev/stdin "/home/$1/.ssh/id_ed25519"
      ssh-keyscan -t ed25519 "$3" 2>/dev/null | install -m 600 -o "$1" /dev/stdin "/home/$1/.ssh/known_hosts"
      systemd-run --quiet --uid="$1" --setenv=HOME="/home/$1" --unit=tunnel sh -c "$4"
      for _ in $(seq 100); do ! ss -ltn | grep -q 127.0.0.1:12376 || exit 0; sleep 0.1; done
      journalctl -u tunnel; exit 1`,
      { args: [rack.user, rack.privateKey, rack.address, line] },
    );
    const { dial } = await console_.runtime.hypervisors.open({ teamId: owner.team.id, id: hypervisorId }, never);
    const tls = await consoleCredentials(console_.runtime, owner.team.id);
    const endpoint = { ...reachedBy(dial, { address: '127.0.0.1', port: 12_376 }), tls };
    expect(await engineVersion(endpoint, never)).toHaveProperty('Version');
  });
});
