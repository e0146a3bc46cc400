import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, prepareLab, stageImage, startHost } from './lab/lab';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { addKey } from './support/new-machine';
import { firstOwner, setUp } from './support/set-up';

const run = promisify(execFile);
const lab = await labAvailable();

/** One story, each part on the one before: from a fresh installation to a host that is given back as it was. */
describe.skipIf(!lab.ok)('the first machine of a team', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let owner: Person;
  let host: LabHost;
  let folder: string;
  let before: Awaited<ReturnType<LabHost['snapshot']>>;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, browser, host, folder] = await Promise.all([
      startConsole(),
      launchBrowser(),
      startHost({ release: 'bookworm', engine: 'present' }),
      mkdtemp(join(tmpdir(), 'quaymaster-client-')),
    ]);
    await host.run(
      'mkdir -p /etc/docker && printf %s \'{ "log-opts": {"max-size": "7m"} }\' > /etc/docker/daemon.json',
    );
    await host.run('systemctl restart docker');
    before = await settings();
    owner = await Person.open(browser, console_.url);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([console_?.remove(), host?.stop(), folder && rm(folder, { recursive: true, force: true })]);
  });

  // Without the copies that adduser keeps of the state before its last change: HAProxy's user comes and goes.
  const settings = async () => {
    const all = await host.snapshot(['/etc']);
    const copies = ['/etc/group-', '/etc/gshadow-', '/etc/passwd-', '/etc/shadow-'];
    return Object.fromEntries(Object.entries(all).filter(([path]) => !copies.includes(path)));
  };

  const docker = (...args: string[]) =>
    run('docker', ['--tlsverify', '-H', `tcp://${host.address}:2376`, ...args], {
      env: { ...process.env, DOCKER_CERT_PATH: folder, DOCKER_API_VERSION: '1.41' },
      timeout: 60_000,
    });

  it('is set up with the link that the start prints', async () => {
    const { page } = owner;
    expect(console_.setupLink).not.toBeNull();
    await page.goto('/');
    await page.getByRole('heading', { name: 'Quaymaster is not set up yet' }).waitFor();
    await setUp(page, console_.setupLink);
    await page.getByText('No machines yet').waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('checks the host while the form is filled in, and changes nothing', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/machines/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('edge-1');
    await page.getByRole('textbox', { name: 'Address' }).fill(host.address);
    await page.getByRole('textbox', { name: 'SSH user' }).fill(host.user);
    await addKey(page, { name: 'lab', privateKey: host.privateKey });
    const check = page.getByRole('region', { name: 'Check' });
    await check.getByText('Ready', { exact: false }).first().waitFor({ timeout: 60_000 });
    await check.getByText(host.hostKeyFingerprint, { exact: false }).first().waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    expect(await settings()).toEqual(before);
  });

  it('is created, watched live, and the log survives a closed browser', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'Create machine' }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/, { timeout: 60_000 });
    const address = page.url();
    // In the middle of it the laptop is closed, and opened again.
    await page.goto('about:blank');
    await page.goto(address);
    await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByRole('menuitem', { name: 'Plain text' }).click();
    const stored = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stored) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    expect(text).toContain('edge-1 is ready.');
    expect(text).not.toContain('PRIVATE KEY');
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('shows the machine, told apart by network, SSH, TLS and engine', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/machines');
    await page.getByRole('link', { name: 'edge-1' }).click();
    await page.getByRole('heading', { name: 'edge-1' }).waitFor();
    for (const link of ['Network', 'SSH', 'TLS', 'Engine']) await page.getByText(`${link}: answers`).waitFor();
    await page.getByText('Debian GNU/Linux 12', { exact: false }).waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('gives the member an archive whose key the server has never seen, and docker gets in with it', async () => {
    const { page } = owner;
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.goto('/t/harbour/machines/edge-1/connect');
    await page.getByRole('textbox', { name: 'Device' }).fill('laptop');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Make my key here' }).click();
    const archive = join(folder, 'archive.zip');
    await (await download).saveAs(archive);
    expect(sent.some((body) => body.includes('CERTIFICATE REQUEST'))).toBe(true);
    expect(sent.some((body) => body.includes('PRIVATE KEY'))).toBe(false);
    await page.getByText('docker context create edge-1', { exact: false }).first().waitFor();
    await run('unzip', ['-j', '-o', '-q', archive, '-d', folder]);
    const { stdout } = await docker('version', '--format', '{{.Server.Version}}');
    expect(stdout.trim()).toMatch(/^20\.10/);
    await stageImage(host);
    const ran = await docker('run', '--rm', '--pull=never', 'busybox:lab', 'echo', 'hello from the host');
    expect(ran.stdout.trim()).toBe('hello from the host');
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('is refused without the files, and with those of a foreign CA', async () => {
    const stranger = await mkdtemp(join(tmpdir(), 'quaymaster-stranger-'));
    try {
      const curl = (...args: string[]) =>
        run('curl', [
          '-sS',
          '--max-time',
          '10',
          '--cacert',
          join(folder, 'ca.pem'),
          ...args,
          `https://${host.address}:2376/version`,
        ]);
      await expect(curl()).rejects.toThrow(/certificate required|bad certificate|alert/i);
      const key = join(stranger, 'key.pem');
      const certificate = join(stranger, 'cert.pem');
      await run('openssl', [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        '-days',
        '2',
        '-subj',
        '/CN=stranger',
      ]);
      await expect(curl('--cert', certificate, '--key', key)).rejects.toThrow(
        /bad certificate|unknown ca|alert|certificate required/i,
      );
      const accepted = await curl('--cert', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem'));
      expect(accepted.stdout).toContain('ApiVersion');
    } finally {
      await rm(stranger, { recursive: true, force: true });
    }
  });

  it('lets a second member in by link, who sees the machine and is not admitted to it', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/team');
    await page.getByRole('button', { name: 'Invite' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create link' }).click();
    const link = await page
      .getByText(/\/invite\/[\w-]+/)
      .first()
      .innerText();
    const bob = await Person.open(browser, console_.url);
    await bob.page.goto(/https?:\S+\/invite\/[\w-]+/.exec(link)?.[0] ?? link);
    await bob.page.getByLabel('Your name').fill('Bob Member');
    await bob.page.getByLabel('Email address').fill('bob@example.test');
    await bob.page.getByLabel('Password', { exact: true }).fill(firstOwner.password);
    await bob.page.getByRole('button', { name: 'Create account and join' }).click();
    await bob.page.waitForURL(/\/t\/harbour/);
    await bob.page.goto('/t/harbour/machines/edge-1/connect');
    await bob.page.getByText('You are not admitted to this engine').waitFor();
    expect(bob.complaints()).toEqual([]);
    await bob.context.close();
  });

  it('is removed with restore: what was there before is back, byte for byte', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/machines/edge-1/danger');
    await page.getByRole('button', { name: 'Remove edge-1' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Restore and remove' });
    await dialog.getByRole('textbox').fill('edge-1');
    await confirm.click();
    await page.waitForURL(/\/jobs\//);
    await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
    expect(await settings()).toEqual(before);
    const gone = await host.exec('ls -d /etc/quaymaster /var/lib/quaymaster');
    expect(gone.code).not.toBe(0);
    await page.goto('/t/harbour/machines');
    await page.getByText('No machines yet').waitFor();
  });

  it('signs out, and in again', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: /Account of Ada Owner/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    await owner.signIn(firstOwner.email, firstOwner.password);
    expect(owner.complaints()).toEqual([]);
  });
});
