import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { engineSettings } from './engine-settings';
import { admit, fingerprintOf, knock } from './gate.test-support';
import { replaceGateCertificate } from './gate/gate-tls';
import { pushAdmission } from './gate/push-admission';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';
import { switchToEngine } from './steps/switch-to-engine';
import { switchToGate } from './steps/switch-to-gate';

describe('the enforcement of a machine with a running container (bookworm)', () => {
  let lab: ProvisionLab;
  let alice: Member;
  let containers: string;
  const settings = engineSettings.parse({});
  const listener = async () => {
    const holders = await lab.host.run(`ss -Hltnp 'sport = :2376'`);
    return holders.includes('"haproxy"') ? 'gate' : /"(dockerd|systemd)"/.test(holders) ? 'engine' : 'nobody';
  };
  const toGate = (version: number, members: readonly Member[]) =>
    switchToGate(lab.ctx, { ...lab.input, settings, admission: admit(lab, version, { members }) });
  const toEngine = () =>
    switchToEngine(lab.ctx, {
      ...lab.input,
      settings,
      tls: { ...lab.input.tls, trust: `${lab.console.caPem}${alice.caPem}` },
      admission: admit(lab, 9, { members: [alice] }),
    });

  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    alice = await lab.team.member('alice');
    await lab.runContainer('web');
    await lab.create();
    containers = await lab.containers();
  });
  afterAll(() => lab?.stop());

  it('stays with the engine when the gate cannot start', async () => {
    // Passes HAProxy's check of the settings, and fails when it is to run.
    await lab.host.run(
      `apt-get -q update && apt-get install -y -q --no-install-recommends haproxy
       systemctl disable --now haproxy; mv /usr/sbin/haproxy /usr/sbin/haproxy.real
       printf '#!/bin/sh\\ncase "$*" in *-Ws*) echo "[ALERT] (1) : no memory left"; exit 1 ;; esac\\nexec /usr/sbin/haproxy.real "$@"\\n' > /usr/sbin/haproxy
       chmod 755 /usr/sbin/haproxy`,
    );
    await expect(toGate(1, [alice])).rejects.toMatchObject({
      code: 'provision.gate-start-failed',
      public: expect.stringContaining('no memory left') as string,
    });
    expect(await listener()).toBe('engine');
    expect([await knock(lab, lab.console), await knock(lab, null)]).toEqual(['200', expect.stringMatching(/^refused/)]);
    expect(await lab.containers()).toBe(containers);
    expect((await lab.host.exec('ls -d /etc/quaymaster/gate /etc/systemd/system/quaymaster-gate.service')).stdout).toBe(
      '',
    );
    await lab.host.run('mv /usr/sbin/haproxy.real /usr/sbin/haproxy');
  });

  it('goes to the gate, and the container keeps its process', async () => {
    let isDone = false;
    const answers: { at: number; answer: string }[] = [];
    const watching = (async () => {
      while (!isDone) answers.push({ answer: await knock(lab, lab.console), at: Date.now() });
    })();
    const result = await toGate(2, [alice]);
    isDone = true;
    await watching;
    expect(result).toMatchObject({ restarted: true, containersLost: [] });
    expect(result.haproxyVersion).toMatch(/^2\.6/);
    expect(await listener()).toBe('gate');
    expect(await lab.containers()).toBe(containers);
    expect([await knock(lab, lab.console), await knock(lab, alice), await knock(lab, null)]).toEqual([
      '200',
      '200',
      expect.stringMatching(/^refused/),
    ]);
    expect(await lab.host.run('grep -c tls /etc/docker/daemon.json || true')).toBe('0\n');
    expect((await lab.host.exec('ls /etc/quaymaster/engine')).code).not.toBe(0);
    const failed = answers.filter(({ answer }) => answer !== '200').map(({ at }) => at);
    const gapMs = failed.length > 0 ? Math.max(...failed) - Math.min(...failed) : 0;
    console.info(`the port was away for about ${gapMs} ms, ${failed.length} of ${answers.length} requests failed`);
    expect(gapMs).toBeLessThan(5000);
  });

  it('gets another certificate without losing a connection, once', async () => {
    const before = await lab.invocation('quaymaster-gate.service');
    const { certificatePem, privateKeyPem } = await lab.team.engineCertificate(lab.host.address);
    const tls = { certificate: certificatePem, key: privateKeyPem };
    expect(await replaceGateCertificate(lab.ctx, tls)).toEqual({ changed: true });
    expect(await replaceGateCertificate(lab.ctx, tls)).toEqual({ changed: false });
    const served = await lab.host.run(
      `echo | openssl s_client -connect localhost:2376 2>/dev/null | openssl x509 -noout -serial`,
    );
    const wanted = await lab.host.run('openssl x509 -noout -serial -in /etc/quaymaster/gate/server.pem');
    expect(served).toBe(wanted);
    expect(await lab.invocation('quaymaster-gate.service')).toBe(before);
    expect(await knock(lab, alice)).toBe('200');
  });

  it('admits more certificates than it had room for, while it runs', async () => {
    const many = admit(lab, 3, { members: [alice] });
    const others = Array.from({ length: 400 }, (_, index) => index.toString(16).toUpperCase().padStart(64, '0'));
    const result = await pushAdmission(lab.ctx, { ...many, fingerprints: [...many.fingerprints, ...others] });
    expect(result.added).toHaveLength(400);
    expect(await knock(lab, alice)).toBe('200');
    const back = await pushAdmission(lab.ctx, admit(lab, 4, { members: [] }));
    expect(back.removed).toHaveLength(401);
    expect(back.removed).toContain(fingerprintOf(alice));
    expect(await knock(lab, alice)).toMatch(/^refused/);
  });

  it('goes back to the engine, and the container keeps its process', async () => {
    const result = await toEngine();
    expect(result).toMatchObject({ restarted: true, containersLost: [] });
    expect(await listener()).toBe('engine');
    expect(await lab.containers()).toBe(containers);
    expect([await knock(lab, lab.console), await knock(lab, alice), await knock(lab, null)]).toEqual([
      '200',
      '200',
      expect.stringMatching(/^refused/),
    ]);
    expect((await lab.host.exec('ls -d /etc/quaymaster/gate /run/quaymaster-gate')).stdout).toBe('');
  });

  it('is as wanted after a second switch to where it is', async () => {
    const started = await lab.invocation();
    expect(await toEngine()).toMatchObject({ restarted: false });
    expect(await lab.invocation()).toBe(started);
  });
});
