import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, prepareLab, stageImage, startHost } from './lab/lab';
import { launchBrowser } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { DockerClient, type OpenCommand } from './support/docker-client';
import { jobEnds } from './support/job-ends';
import { invitedMember, type Member, memberBy } from './support/member';
import { poll } from './support/poll';
import { setUp } from './support/set-up';

const lab = await labAvailable();
const team = 'harbour';
const names = ['edge-1', 'edge-2', 'edge-3', 'far-strict', 'far-best'] as const;
type Name = (typeof names)[number];

/** One story on five real hosts: a certificate is revoked while it is in use, while hosts are off, and stays revoked. */
describe.skipIf(!lab.ok)('a revoked certificate', () => {
  let console_: RunningConsole;
  let browser: Browser;
  const hosts = new Map<Name, LabHost>();
  let owner: Member;
  let bob: Member;
  let carol: Member;
  let bobs: DockerClient;
  let carols: DockerClient;
  const open: Record<string, OpenCommand> = {};
  let changeAddress = '';

  const host = (name: Name): LabHost => {
    const found = hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  const address = (name: Name) => host(name).address;

  const ended = (jobId: string) => jobEnds(owner.api, { team, job: jobId }, { timeoutMs: 120_000, everyMs: 300 });

  const machineIs = (name: Name, state: string) =>
    poll(
      `${name} as ${state}`,
      async () => {
        const machine = await owner.api.machines.get.query({ team, machine: name });
        return machine.state === state ? { done: true } : { seen: machine.state };
      },
      { timeoutMs: 90_000, everyMs: 500 },
    );

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    const started = names.map(async (name) => {
      const one = await startHost({ release: 'bookworm', engine: 'present' });
      hosts.set(name, one);
      await stageImage(one);
      await one.run(
        `docker run -d --pull=never --name web busybox:lab sh -c 'while :; do date +%s%N; sleep 0.1; done'`,
      );
    });
    [console_, browser] = await Promise.all([startConsole(), launchBrowser(), ...started]);
    const door = { browser, url: console_.url };
    owner = await memberBy(door, (page) => setUp(page, console_.setupLink));
    bob = await invitedMember(door, { owner, team, name: 'Bob' });
    carol = await invitedMember(door, { owner, team, name: 'Carol' });
  });

  afterAll(async () => {
    for (const command of Object.values(open)) command.end();
    await browser?.close();
    await Promise.all([
      console_?.remove(),
      bobs?.remove(),
      carols?.remove(),
      ...[...hosts.values()].map((one) => one.stop()),
    ]);
  });

  it('gets in on five hosts with a gate before it is revoked, and so does another member’s', async () => {
    const first = host('edge-1');
    const key = await owner.api.sshKeys.create.mutate({ team, name: 'lab', privateKey: first.privateKey });
    const choices = await owner.api.machines.accessChoices.query({ team });
    const create = (name: Name) =>
      owner.api.machines.create.mutate({
        team,
        name,
        driver: 'generic',
        options: { address: address(name), sshUser: first.user, sshKeyId: key.id },
        engine: {},
        enforcement: 'gate',
        access: choices.map((choice) => choice.membershipId),
      });
    // Two at a time, as many as a small computer has cores: all at once they would only wait for each other.
    for (const pair of [names.slice(0, 2), names.slice(2, 4), names.slice(4)]) {
      const jobs = await Promise.all(pair.map(create));
      await Promise.all(jobs.map(({ jobId }) => ended(jobId)));
    }
    bobs = await DockerClient.issue(bob.api, { team, device: 'laptop' });
    carols = await DockerClient.issue(carol.api, { team, device: 'laptop' });
    for (const name of names) {
      for (const client of [bobs, carols]) {
        const answer = await poll(
          `${name} to let them in`,
          async () => {
            const { ok, text } = await client.run(address(name), 'version', '--format', '{{.Server.Version}}');
            return ok ? { done: text } : { seen: text };
          },
          { timeoutMs: 5000 },
        );
        expect(answer).toMatch(/^20\.10/);
      }
    }
  });

  it('is refused within moments where it is revoked, its open streams ended, and nobody else’s', async () => {
    await owner.api.machines.setLease.mutate({ team, machine: 'far-strict', policy: 'strict', seconds: 120 });
    await poll(
      'the strict lease',
      async () => {
        const { confirmedVersion, wantedVersion, leaseUntil } = await owner.api.machines.admission.query({
          team,
          machine: 'far-strict',
        });
        return leaseUntil && confirmedVersion === wantedVersion ? { done: true } : { seen: String(leaseUntil) };
      },
      { timeoutMs: 10_000 },
    );
    await Promise.all([host('far-strict').powerOff(), host('far-best').powerOff()]);

    for (const name of ['edge-1', 'edge-2'] as const) {
      open[`${name} events`] = bobs.open(address(name), ['events']);
      open[`${name} exec`] = bobs.open(address(name), ['exec', '-it', 'web', 'sh'], { terminal: true });
      open[`${name} logs`] = bobs.open(address(name), ['logs', '-f', '--tail', '1', 'web']);
    }
    const mine = Object.values(open);
    const others = {
      logs: carols.open(address('edge-1'), ['logs', '-f', '--tail', '1', 'web']),
      events: carols.open(address('edge-2'), ['events']),
    };
    Object.assign(open, { 'carol logs': others.logs, 'carol events': others.events });
    await poll(
      'every stream',
      () => {
        const streaming = [open['edge-1 logs'], open['edge-2 logs'], others.logs].every((one) => one?.output() !== '');
        const prompts = [open['edge-1 exec'], open['edge-2 exec']].every((one) => one?.output().includes('#'));
        const seen = JSON.stringify(mine.map((one) => one.output().slice(-80)));
        return Promise.resolve(streaming && prompts ? { done: true } : { seen });
      },
      { timeoutMs: 15_000 },
    );

    const { page } = owner.person;
    await page.goto(`/t/${team}/certificates/${bobs.certificateId}`);
    await page.getByRole('button', { name: 'Revoke' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /Key compromised/i }).check();
    const revokedAt = Date.now();
    await dialog.getByRole('button', { name: /^Revoke/ }).click();
    await page.waitForURL(/\/certificates\/changes\//);
    changeAddress = page.url();
    const ends = await Promise.all(mine.map((one) => one.ended));
    expect(Math.max(...ends) - revokedAt).toBeLessThan(10_000);

    for (const name of ['edge-1', 'edge-2', 'edge-3'] as const) {
      expect(await bobs.run(address(name), 'version')).toMatchObject({ ok: false });
      expect(await carols.run(address(name), 'version')).toMatchObject({ ok: true });
    }
    const before = others.logs.output().length;
    await poll(
      'more of Carol’s log',
      () => Promise.resolve(others.logs.output().length > before ? { done: true } : { seen: 'nothing new' }),
      { timeoutMs: 5000 },
    );
    await host('edge-2').run('docker pause web && docker unpause web');
    await poll(
      'Carol’s events',
      () =>
        Promise.resolve(others.events.output().includes('unpause') ? { done: true } : { seen: others.events.output() }),
      { timeoutMs: 5000 },
    );
    expect([others.logs.isOpen, others.events.isOpen]).toEqual([true, true]);
  });

  it('leaves a receipt: three hosts confirmed with their milliseconds and streams, two pending', async () => {
    const id = changeAddress.split('/').at(-1) ?? '';
    const change = await poll(
      'three receipts',
      async () => {
        const found = await owner.api.changes.get.query({ team, id });
        const confirmed = found.receipts.filter((receipt) => receipt.state === 'confirmed');
        return confirmed.length === 3 ? { done: found } : { seen: JSON.stringify(found.receipts) };
      },
      { timeoutMs: 10_000 },
    );
    const of = (name: Name) => change.receipts.find((receipt) => receipt.machineName === name);
    expect(change).toMatchObject({ kind: 'revoke', reason: 'keyCompromise', done: false });
    expect(of('edge-1')).toMatchObject({ state: 'confirmed', endedConnections: expect.any(Number) as number });
    expect(of('edge-1')?.endedConnections).toBeGreaterThanOrEqual(3);
    expect(of('edge-3')?.endedConnections).toBe(0);
    for (const name of ['far-strict', 'far-best'] as const) expect(of(name)).toMatchObject({ state: 'pending' });
    const { page } = owner.person;
    await page.getByText('far-strict').first().waitFor();
    expect(await owner.person.accessibilityFaults()).toEqual([]);
  });

  it('stays refused after the gate was restarted, and after the host was', async () => {
    await host('edge-1').run('systemctl restart quaymaster-gate');
    await host('edge-2').reboot();
    for (const name of ['edge-1', 'edge-2'] as const) {
      await poll(
        `${name} to let Carol in again`,
        async () => {
          const { ok, text } = await carols.run(address(name), 'version');
          return ok ? { done: true } : { seen: text };
        },
        { timeoutMs: 20_000 },
      );
      expect(await bobs.run(address(name), 'version')).toMatchObject({ ok: false });
    }
  });

  it('is refused on a strict host that returns before the console does, and by best effort only once it was told', async () => {
    await machineIs('far-best', 'unreachable');
    await console_.kill();
    await Promise.all([host('far-strict').powerOn(), host('far-best').powerOn()]);
    const backAt = Date.now();
    // Nobody has told them: strict admits nobody at all, best effort whoever it last knew.
    expect(await bobs.run(address('far-strict'), 'version')).toMatchObject({ ok: false });
    expect(await carols.run(address('far-strict'), 'version')).toMatchObject({ ok: false });
    expect(await bobs.run(address('far-best'), 'version')).toMatchObject({ ok: true });

    console_ = await console_.restart();
    const id = changeAddress.split('/').at(-1) ?? '';
    const change = await poll(
      'the last receipts',
      async () => {
        const found = await owner.api.changes.get.query({ team, id });
        return found.done ? { done: found } : { seen: JSON.stringify(found.receipts) };
      },
      { timeoutMs: 60_000 },
    );
    expect(Date.now() - backAt).toBeLessThan(90_000);
    for (const receipt of change.receipts) expect(receipt).toMatchObject({ state: 'confirmed' });
    for (const name of names) {
      expect(await bobs.run(address(name), 'version')).toMatchObject({ ok: false });
      expect(await carols.run(address(name), 'version')).toMatchObject({ ok: true });
    }
  });

  it('cannot be used again by any attack: the self-test passes on every host', async () => {
    const { jobIds } = await owner.api.selfTests.start.mutate({ team, machines: [] });
    expect(jobIds).toHaveLength(names.length);
    await Promise.all(jobIds.map(ended));
    const { machines } = await owner.api.selfTests.grid.query({ team });
    for (const { name, latest } of machines) {
      expect({ name, passed: latest?.passed, results: latest?.results }).toMatchObject({ name, passed: true });
    }
    const { page } = owner.person;
    await page.goto(`/t/${team}/self-tests`);
    await page.getByText('edge-1').first().waitFor();
    expect(await owner.person.accessibilityFaults()).toEqual([]);
  });

  it('of somebody who leaves goes with every other door', async () => {
    const { page } = carol.person;
    const members = await owner.api.team.members.query({ team });
    const leaving = members.find((one) => one.email === 'carol@example.test');
    await owner.api.team.removeMember.mutate({ team, memberId: leaving?.id ?? '', reason: 'cessationOfOperation' });
    for (const name of names) {
      await poll(
        `${name} to refuse Carol`,
        async () => {
          const { ok, text } = await carols.run(address(name), 'version');
          return ok ? { seen: text } : { done: true };
        },
        { timeoutMs: 5000 },
      );
    }
    await page.goto(`/t/${team}/machines`);
    await page.waitForURL(/\/sign-in/);
    const refused = carol.api.machines.list.query({ team });
    await expect(refused).rejects.toMatchObject({ data: { code: 'auth.sign-in-required' } });
  });
});
