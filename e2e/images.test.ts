import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, prepareLab, startHost } from './lab/lab';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { addKey, fillHost } from './support/new-machine';
import { setUp } from './support/set-up';

const lab = await labAvailable();

/** As a qcow2 disk begins; no two parts of it are the same. */
const disk = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 32) createHash('sha256').update(String(at)).digest().copy(bytes, at);
  Buffer.from([0x51, 0x46, 0x49, 0xfb]).copy(bytes);
  return bytes;
};
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const uploaded = disk(30 * 1024 * 1024);
const fetched = disk(3 * 1024 * 1024);

/** One story: a hypervisor host is registered, images are uploaded and fetched, copied there, and taken away again. */
describe.skipIf(!lab.ok)('the library of images', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let owner: Person;
  let host: LabHost;
  let folder: string;
  let mirror: Server;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, browser, host, folder] = await Promise.all([
      // The mirror of this test is on the console's own machine, which only a console for development fetches from.
      startConsole({ QUAYMASTER_DEVELOPMENT: '1' }),
      launchBrowser(),
      startHost({ release: 'bookworm' }),
      mkdtemp(join(tmpdir(), 'quaymaster-images-')),
    ]);
    await writeFile(join(folder, 'debian-13-genericcloud-amd64.qcow2'), uploaded);
    mirror = createServer((request, response) => {
      if (request.url === '/latest/disk.qcow2') response.writeHead(302, { location: '/1.2/disk.qcow2' }).end();
      else if (request.url === '/1.2/disk.qcow2') response.end(fetched);
      else if (request.url === '/latest/SHA256SUMS') response.end(`${sha256(fetched)} *disk.qcow2\n`);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
    owner = await Person.open(browser, console_.url);
  });

  afterAll(async () => {
    await browser?.close();
    mirror?.close();
    await Promise.all([console_?.remove(), host?.stop(), folder && rm(folder, { recursive: true, force: true })]);
  });

  const mirrorUrl = (path: string) => `http://127.0.0.1:${(mirror.address() as AddressInfo).port}${path}`;
  const row = (name: string) => owner.page.getByRole('row').filter({ hasText: name });
  const act = async (name: string, action: string) => {
    await owner.page.getByRole('button', { name: `Actions for ${name}` }).click();
    await owner.page.getByRole('menuitem', { name: action }).click();
  };

  it('begins with a hypervisor host over SSH', async () => {
    const { page } = owner;
    await setUp(page, console_.setupLink);
    await page.goto('/t/harbour/hypervisors/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('rack-1');
    await fillHost(page, { address: host.address, user: host.user });
    await addKey(page, { name: 'lab', privateKey: host.privateKey });
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    const register = page.getByRole('button', { name: 'Register host' });
    await page.getByText(host.hostKeyFingerprint, { exact: false }).first().waitFor({ timeout: 60_000 });
    await expect.poll(() => register.getAttribute('aria-disabled'), { timeout: 60_000 }).toBeNull();
    await register.click();
    await page.getByRole('heading', { name: 'rack-1' }).waitFor();
  });

  it('takes an upload that breaks off, and goes on with it', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/images');
    await page.getByText('No images yet').waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Add an image' }).click();
    await page.getByRole('button', { name: 'Choose Debian 13 amd64' }).waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByText('Upload', { exact: true }).click();

    // The line holds for the first piece only.
    let pieces = 0;
    await page.route('**/content', (route) => {
      pieces += 1;
      return pieces === 1 ? route.continue() : route.abort('connectionreset');
    });
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'File' }).click();
    const file = join(folder, 'debian-13-genericcloud-amd64.qcow2');
    await (await chooser).setFiles(file);
    await page.getByRole('textbox', { name: 'SHA-256' }).fill(sha256(uploaded));
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Upload image' }).click();
    await row('debian-13').getByText('8 MiB of 30 MiB (26 %)').waitFor();

    await page.unroute('**/content');
    page.once('dialog', (dialog) => void dialog.accept());
    await page.goto('/t/harbour/images');
    await row('debian-13').getByText('Upload stopped').waitFor();
    const again = page.waitForEvent('filechooser');
    await act('debian-13-genericcloud-amd64.qcow2', 'Go on with the upload');
    // It goes on while another page is looked at.
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await page.route('**/content', async (route) => {
      await held;
      await route.continue();
    });
    await (await again).setFiles(file);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Jobs' }).click();
    await page.waitForURL(/\/t\/harbour\/jobs$/);
    letThrough();
    await page.getByText('The image has arrived and is ready.').waitFor();
    await page.unroute('**/content');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Images' }).click();
    await row('debian-13').getByText('Ready').waitFor();
    await row('debian-13').getByText('As it should be').waitFor();
    await row('debian-13').getByText('Debian · qcow2 · amd64').waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('fetches an image by its address, and keeps nothing of a wrong one', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/images?add=address');
    await page.getByRole('textbox', { name: 'Address', exact: true }).fill('ftp://mirror/disk');
    // Leaving the field fills in a name; what is typed then takes its place.
    await page.keyboard.press('Tab');
    await page.getByRole('textbox', { name: 'Name' }).fill('wrong');
    await page.getByRole('button', { name: 'Fetch image' }).click();
    await page.getByText('Enter an address that begins with https:// or http://.').waitFor();
    await page.getByRole('textbox', { name: 'Address', exact: true }).fill(mirrorUrl('/latest/disk.qcow2'));
    await page.getByRole('textbox', { name: 'SHA-256' }).fill('ab'.repeat(32));
    await page.getByRole('button', { name: 'Fetch image' }).click();
    await row('wrong').getByText('Failed').waitFor({ timeout: 60_000 });
    await row('wrong').getByText(sha256(fetched), { exact: false }).waitFor();
    await act('wrong', 'Remove');
    await page.getByRole('dialog').getByRole('textbox').fill('wrong');
    await page.getByRole('button', { name: 'Remove image' }).click();
    await row('wrong').waitFor({ state: 'detached' });

    await page.goto('/t/harbour/images?add=address');
    await page.getByRole('textbox', { name: 'Address', exact: true }).fill(mirrorUrl('/latest/disk.qcow2'));
    await page.keyboard.press('Tab');
    await page.getByRole('textbox', { name: 'Name' }).fill('right');
    await page.getByRole('textbox', { name: 'Address of the checksums' }).fill(mirrorUrl('/latest/SHA256SUMS'));
    await page.getByRole('button', { name: 'Fetch image' }).click();
    await row('right').getByText('As it should be').waitFor({ timeout: 60_000 });
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('copies an image to the hypervisor host, and takes it away with the image', async () => {
    const { page } = owner;
    const name = 'debian-13-genericcloud-amd64.qcow2';
    await act(name, 'Copy to a hypervisor host');
    await page.getByRole('combobox', { name: 'Hypervisor host' }).click();
    await page.getByRole('option', { name: 'rack-1' }).click();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.waitForURL(/\/jobs\//);
    await page.getByText('Succeeded').first().waitFor({ timeout: 120_000 });
    await page.getByText('30 MiB of 30 MiB sent (100 %).').waitFor();
    const sums = await host.run('sha256sum /home/admin/.quaymaster/images/*/*');
    expect(sums).toMatch(new RegExp(`^${sha256(uploaded)} .*/${sha256(uploaded)}\\.qcow2`));

    await page.goto('/t/harbour/images');
    await row(name).getByRole('link', { name: 'rack-1' }).waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await act(name, 'Remove');
    await page.getByRole('dialog').getByRole('textbox').fill(name);
    await page.getByRole('button', { name: 'Remove image' }).click();
    await row(name).waitFor({ state: 'detached' });
    await page.goto('/t/harbour/jobs');
    await page
      .getByRole('link', { name: /Remove copies/ })
      .first()
      .click();
    await page.getByText('Succeeded').first().waitFor({ timeout: 60_000 });
    expect(await host.run('find /home/admin/.quaymaster/images -type f')).toBe('');
    expect(owner.complaints([/ERR_CONNECTION_RESET|Failed to load resource/])).toEqual([]);
  });
});
