import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, prepareLab, startHost } from './lab/lab';
import { apiOf } from './support/api';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { addKey } from './support/new-machine';

const lab = await labAvailable();
const admin = { email: 'ada@example.test', password: 'a quay has a master' };

/** From none to a host that is checked, renamed, pinned anew and let go of, as an admin does it in the browser. */
describe.skipIf(!lab.ok)('hypervisor hosts', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let owner: Person;
  let rack: LabHost;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, browser, rack] = await Promise.all([
      startConsole({ QUAYMASTER_ADMIN_EMAIL: admin.email, QUAYMASTER_ADMIN_PASSWORD: admin.password }),
      launchBrowser(),
      startHost({ release: 'bookworm' }),
    ]);
    owner = await Person.open(browser, console_.url);
    await owner.signIn(admin.email, admin.password);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([console_?.remove(), rack?.stop()]);
  });

  const team = () => /\/t\/([^/]+)/.exec(owner.page.url())?.[1] ?? '';

  it('is checked and registered with the key that it has shown', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Hypervisors' }).click();
    await page.getByText('No hypervisor hosts yet').waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('link', { name: 'Register a host' }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Rack 1');
    await page.getByRole('textbox', { name: 'Address' }).fill(rack.address);
    await page.getByRole('textbox', { name: 'SSH user' }).fill(rack.user);
    await addKey(page, { name: 'lab', privateKey: rack.privateKey });
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Connections go through its SSH server').waitFor({ timeout: 60_000 });
    await page.getByText('Registering pins the host key', { exact: false }).waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Register host' }).click();
    await page.waitForURL(/\/hypervisors\/[0-9a-f-]{36}$/);
    // The page checks a new host by itself, and keeps what it has found.
    await page.getByText('Debian GNU/Linux 12 (bookworm), x86_64', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText(rack.hostKeyFingerprint, { exact: false }).first().waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.goto(`/t/${team()}/hypervisors`);
    const hosts = page.getByRole('table', { name: 'Hypervisor hosts' });
    await hosts.getByText('No hypervisor', { exact: true }).waitFor();
  });

  it('is changed, and checked again after its host key has changed', async () => {
    const { page } = owner;
    await page.getByRole('link', { name: 'Rack 1' }).click();
    await page.getByRole('link', { name: 'Change', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Rack 2');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Rack 2' }).waitFor();
    const fingerprint = await rack.rekey();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('The host shows another key').waitFor({ timeout: 60_000 });
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Pin this key instead' }).click();
    await page.getByText('The key is pinned.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText(`${fingerprint} (ssh-ed25519), as pinned`).waitFor({ timeout: 60_000 });
    await page.getByText('No hypervisor', { exact: true }).waitFor({ timeout: 60_000 });
  });

  it("is joined by the console's own machine, which whoever runs the installation may register", async () => {
    const { page } = owner;
    await page.goto(`/t/${team()}/hypervisors/new`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Here');
    await page.getByRole('radio', { name: "The console's own machine" }).check();
    await page.getByText('share this computer with the console', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Register host' }).click();
    await page.waitForURL(/\/hypervisors\/[0-9a-f-]{36}$/);
    await page.getByText("Console's own machine").first().waitFor();
    const hosts = await apiOf(owner, console_.url).hypervisors.list.query({ team: team() });
    expect(hosts.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['Here local', 'Rack 2 ssh']);
  });

  it('is let go of by its name', async () => {
    const { page } = owner;
    await page.goto(`/t/${team()}/hypervisors`);
    await page.getByRole('link', { name: 'Rack 2' }).click();
    await page.getByRole('button', { name: 'Remove Rack 2' }).click();
    await page.getByRole('textbox', { name: 'Type Rack 2 to confirm' }).fill('Rack 2');
    expect(await owner.accessibilityFaults()).toEqual([]);
    await page.getByRole('button', { name: 'Remove host' }).click();
    await page.waitForURL(/\/hypervisors$/);
    await page.getByRole('link', { name: 'Here' }).waitFor();
    await page.getByRole('link', { name: 'Rack 2' }).waitFor({ state: 'detached' });
    expect(owner.complaints()).toEqual([]);
  });
});
