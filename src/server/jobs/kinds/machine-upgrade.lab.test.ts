import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { systemClock } from '@/server/clock/clock';
import { defineDriver, type ObservedState } from '@/server/drivers/driver';
import { setExternalDrivers } from '@/server/drivers/registry';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { type LabHost, labAvailable, prepareLab, stageImage, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

/** A provider that gives a host its second address when it is started again. */
const moving = () => {
  const none = 'The test has no use for it.';
  let power: ObservedState = 'running';
  return defineDriver({
    label: 'Moving host',
    description: 'A host with two addresses.',
    needs: 'A host.',
    icon: 'server',
    availability: 'production',
    provisioning: 'ssh',
    options: z.strictObject({
      first: z.string().meta({ title: 'First address' }),
      second: z.string().meta({ title: 'Second address' }),
      sshUser: z.string().meta({ title: 'SSH user' }),
      sshKeyId: z.uuid().meta({ title: 'SSH key', widget: 'ssh-key' }),
    }),
    state: z.strictObject({ address: z.string().optional() }),
    unsupported: { restart: none, kill: none, pause: none, save: none, account: none },
    target: ({ sshUser, sshKeyId }, { address = null }) => ({
      address,
      enginePort: 2376,
      ssh: address === null ? null : { host: address, port: 22, user: sshUser, keyId: sshKeyId },
    }),
    create: (ctx, { first }) => ctx.checkpoint({ address: first }),
    observe: (_ctx, _options, { address = null }) => Promise.resolve({ state: power, address, ssh: null }),
    start: (ctx, { second }) => {
      power = 'running';
      return ctx.checkpoint({ address: second });
    },
    stop: () => {
      power = 'stopped';
      return Promise.resolve();
    },
    remove: () => Promise.resolve(),
  });
};

describe.skipIf(!lab.ok).each(['engine', 'gate'] as const)(
  'an engine on a real host, served by its %s',
  (enforcement) => {
    let console_: TestConsole;
    let owner: TestMember;
    let host: LabHost;
    let second = '';
    const machine = 'edge-1';

    const team = () => ({ team: owner.team.slug });
    const run = async (jobId: string) => {
      await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
      const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({
        where: { id: jobId },
        include: { logs: { orderBy: { seq: 'asc' } } },
      });
      const log = job.logs.map(({ text }) => text).join('\n');
      expect(job.state, log).toBe('succeeded');
      return log;
    };
    const container = () => host.run(`docker inspect -f '{{.State.Pid}} {{.State.StartedAt}}' web`);

    beforeAll(async () => {
      await prepareLab(['bookworm']);
      [console_, host] = await Promise.all([
        createTestConsole({ clock: systemClock }),
        startHost({ release: 'bookworm', engine: 'present' }),
      ]);
      const driver = moving();
      setExternalDrivers([{ spec: 'moving', module: { id: 'moving', contract: 1, make: () => driver } }]);
      owner = await console_.seedMember(await console_.seedTeam());
      second = host.address.replace(/\d+$/, (last) => String(Number(last) + 100));
      await host.run(`ip addr add "$1/24" dev "$(ip -o route get 10.77.0.1 | sed 's/.* dev \\([^ ]*\\).*/\\1/')"`, {
        args: [second],
      });
      const { privateKey } = host;
      const { id: sshKeyId } = await owner.call.sshKeys.create({ ...team(), name: 'lab', privateKey });
      const { jobId } = await owner.call.machines.create({
        ...team(),
        name: machine,
        driver: 'moving',
        options: { first: host.address, second, sshUser: host.user, sshKeyId },
        engine: { source: { kind: 'present' } },
        enforcement,
      });
      await run(jobId);
      await host.run(`docker run -d --name web "$1" sleep 100000`, { args: [await stageImage(host)] });
    });
    afterAll(async () => {
      setExternalDrivers([]);
      await host?.stop();
      await console_?.close();
    });

    it('is followed to the address that the start gave it, with a certificate for that', async () => {
      const before = await owner.call.machines.get({ ...team(), machine });
      expect(before).toMatchObject({ address: host.address, state: 'running' });
      await run((await owner.call.machines.act({ ...team(), machine, action: 'stop' })).jobId);
      const log = await run((await owner.call.machines.act({ ...team(), machine, action: 'start' })).jobId);
      expect(log).toContain(`The machine is at ${second}.`);
      expect(log).toContain(`The certificate of the engine does not name ${second}: it gets another one.`);
      const after = await owner.call.machines.get({ ...team(), machine });
      expect(after).toMatchObject({ address: second, state: 'running', problem: null });
      expect(after.engineCertificate?.sans).toContain(`IP:${second}`);
      expect(after.hostKeys).toEqual(before.hostKeys);
    });

    it('gets a newer version with its containers going on, and the former one where that is asked for', async () => {
      const offered = () => owner.call.machines.engineVersions({ ...team(), machine, isFresh: true });
      const { installed } = await offered();
      const newer = `${installed}+lab1`;
      // The same package under a newer version, from a source of the host's own.
      await host.run(
        `set -e
mkdir -p /srv/newer /tmp/build
dpkg-deb -R /srv/debs/docker.io_*.deb /tmp/build
sed -i "s/^Version: .*/Version: $1/" /tmp/build/DEBIAN/control
dpkg-deb -Znone --root-owner-group -b /tmp/build /srv/newer/docker.io.deb
cd /srv/newer
{ cat /tmp/build/DEBIAN/control; printf 'Filename: ./docker.io.deb\\nSize: %s\\nSHA256: %s\\n' "$(stat -c %s docker.io.deb)" "$(sha256sum docker.io.deb | cut -d' ' -f1)"; } > Packages
echo 'deb [trusted=yes] file:/srv/newer ./' > /etc/apt/sources.list.d/newer.list`,
        { args: [newer] },
      );
      expect(await offered()).toMatchObject({ packageName: 'docker.io', installed, versions: [newer, installed] });
      const before = await container();
      const { jobId } = await owner.call.machines.act({ ...team(), machine, action: 'upgrade' });
      const log = await run(jobId);
      expect(log).toContain(`docker.io ${installed} became ${newer}.`);
      expect(log).toContain('1 containers run in the same processes as before.');
      expect(await container()).toBe(before);
      expect((await offered()).installed).toBe(newer);
      const again = await run((await owner.call.machines.act({ ...team(), machine, action: 'upgrade' })).jobId);
      expect(again).toContain(`The host has docker.io ${newer} already.`);
      const back = await owner.call.machines.act({ ...team(), machine, action: 'upgrade', version: installed });
      await run(back.jobId);
      expect((await offered()).installed).toBe(installed);
      expect(await container()).toBe(before);
      expect(await owner.call.machines.get({ ...team(), machine })).toMatchObject({ state: 'running', problem: null });
    });
  },
);
