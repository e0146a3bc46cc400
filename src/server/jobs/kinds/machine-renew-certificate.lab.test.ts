import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import { systemClock } from '@/server/clock/clock';
import { jobKinds } from '@/server/jobs/list';
import { runJob } from '@/server/jobs/run-job';

import { type LabHost, labAvailable, prepareLab, stageImage, startHost } from '../../../../e2e/lab/lab';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';

const lab = await labAvailable();

const modes = ['engine', 'gate'] as const;

describe.skipIf(!lab.ok).each(modes)("a machine's certificate on a real host, served by its %s", (enforcement) => {
  let console_: TestConsole;
  let owner: TestMember;
  let host: LabHost;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, host] = await Promise.all([
      createTestConsole({ clock: systemClock }),
      startHost({ release: 'bookworm', engine: 'present' }),
    ]);
    owner = await console_.seedMember(await console_.seedTeam());
    const { id: sshKeyId } = await owner.call.sshKeys.create({
      team: owner.team.slug,
      name: 'lab',
      privateKey: host.privateKey,
    });
    const { csrPem, privateKeyPem } = await createKeyAndRequest({ commonName: 'x', bits: 2048 });
    const { certificatePem } = await owner.call.certificates.issue({ ...team(), deviceName: 'laptop', csrPem });
    await put('cert.pem', certificatePem);
    await put('key.pem', privateKeyPem);
    await owner.call.machines.create({
      team: owner.team.slug,
      name: 'edge-1',
      driver: 'generic',
      options: { address: host.address, sshUser: host.user, sshKeyId },
      engine: { source: { kind: 'present' } },
      enforcement,
    });
    const created = await runLast();
    if (created.state !== 'succeeded') throw new Error(`edge-1 was not created: ${JSON.stringify(created.error)}`);
    const image = await stageImage(host);
    await host.run(`docker run -d --name web "$1" sleep 100000`, { args: [image] });
  });

  afterAll(async () => {
    await host.stop();
    await console_.close();
  });

  const team = () => ({ team: owner.team.slug });
  const runLast = async () => {
    const { jobId } = console_.queue.deliveries.at(-1) ?? { jobId: '' };
    await runJob(console_.runtime, jobId, { kinds: jobKinds, stopping: new AbortController().signal });
    const job = await console_.runtime.database.prisma.job.findUniqueOrThrow({ where: { id: jobId } });
    return { state: job.state, error: job.error };
  };
  const pid = () => host.run(`docker inspect -f '{{.State.Pid}} {{.State.StartedAt}}' web`);
  const current = async () => (await owner.call.authorities.rotation(team())).current;
  /** What docker on another computer says to the certificate that the host shows, with this ca.pem alone. */
  const verifies = async (caPem: string): Promise<string> => {
    const script = `mkdir -p -m 700 /root/client
cat > /root/client/ca.pem
docker -H "tcp://$1:2376" --tlsverify --tlscacert /root/client/ca.pem --tlscert /root/client/cert.pem --tlskey /root/client/key.pem ps --format '{{.Names}}' 2>&1 || true`;
    return (await host.run(script, { args: [host.address], stdin: caPem })).trim();
  };
  const put = (name: string, content: string) =>
    host.run('mkdir -p -m 700 /root/client; cat > "/root/client/$1"', { args: [name], stdin: content });
  const pems = async (): Promise<string[]> => {
    const rows = await console_.runtime.database.prisma.authority.findMany({
      where: { kind: 'engine' },
      orderBy: { generation: 'asc' },
    });
    return rows.map((row) => row.certificatePem);
  };

  it('moves to the new CA and back, while its container goes on and clients with either ca.pem believe it', async () => {
    const before = await pid();
    const [known = ''] = await pems();
    await put('ca.pem', known);
    await host.run(
      `systemd-run --quiet --unit stream docker -H "tcp://$1:2376" --tlsverify --tlscacert /root/client/ca.pem --tlscert /root/client/cert.pem --tlskey /root/client/key.pem events`,
      { args: [host.address] },
    );
    const { rotationId } = await owner.call.authorities.startRotation({ ...team(), kind: 'engine' });
    await owner.call.authorities.advance({ ...team(), rotationId });
    expect(await runLast()).toEqual({ state: 'succeeded', error: null });
    const view = await current();
    expect(view?.phase).toBe('moved');
    expect(view?.machines[0]?.containersBefore).toMatchObject([{ name: 'web', pid: Number(before.split(' ')[0]) }]);
    expect(view?.machines[0]?.containersAfter).toEqual(view?.machines[0]?.containersBefore);
    expect(await pid()).toBe(before);
    const [former = '', next = ''] = await pems();
    expect([await verifies(former), await verifies(next)]).toEqual(['web', 'web']);

    await owner.call.authorities.rollBack({ ...team(), rotationId });
    expect(await runLast()).toEqual({ state: 'succeeded', error: null });
    expect(await current()).toBeNull();
    expect([await verifies(former), await verifies(next)]).toEqual([
      'web',
      expect.stringContaining('unknown authority'),
    ]);
    expect(await pid()).toBe(before);
    // An engine that serves the port itself cuts streams when it restarts; a gate touches none.
    const stream = await host.run('systemctl is-active stream.service || true');
    expect(stream.trim() === 'active').toBe(enforcement === 'gate');
  });

  it.runIf(enforcement === 'engine')(
    'keeps its former certificate where the engine does not start with the new one',
    async () => {
      const [former = ''] = await pems();
      const before = await pid();
      const { rotationId } = await owner.call.authorities.startRotation({ ...team(), kind: 'engine' });
      // An engine that starts with a certificate of the former CA alone.
      await host.run(`mkdir -p /etc/systemd/system/docker.service.d
cp /etc/quaymaster/engine/cert.pem /root/former.pem
printf '[Service]\\nExecStartPre=/usr/bin/cmp /root/former.pem /etc/quaymaster/engine/cert.pem\\n' > /etc/systemd/system/docker.service.d/zzz-picky.conf
systemctl daemon-reload`);
      await owner.call.authorities.advance({ ...team(), rotationId });
      expect(await runLast()).toMatchObject({ state: 'failed', error: { code: 'provision.engine-start-failed' } });
      expect(await verifies(former)).toBe('web');
      expect(await pid()).toBe(before);
      expect((await current())?.machines[0]).toMatchObject({ moved: false });

      await host.run('rm /etc/systemd/system/docker.service.d/zzz-picky.conf; systemctl daemon-reload');
      await owner.call.authorities.advance({ ...team(), rotationId });
      expect(await runLast()).toEqual({ state: 'succeeded', error: null });
      expect((await current())?.phase).toBe('moved');
      expect(await pid()).toBe(before);
    },
  );
});
