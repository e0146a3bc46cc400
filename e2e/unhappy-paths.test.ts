import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, makeClientKey, prepareLab, startHost } from './lab/lab';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { addKey, checkSays, fillHost } from './support/new-machine';

const lab = await labAvailable();
const admin = { QUAYMASTER_ADMIN_EMAIL: 'admin@example.test', QUAYMASTER_ADMIN_PASSWORD: 'quaymaster-admin' };

/** Whatever keeps a host from being taken has a sentence of its own on the screen. */
describe.skipIf(!lab.ok)('what can go wrong', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let person: Person;
  let host: LabHost;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, browser, host] = await Promise.all([
      startConsole(admin),
      launchBrowser(),
      startHost({ release: 'bookworm', engine: 'present' }),
    ]);
    person = await Person.open(browser, console_.url);
    await person.signIn(admin.QUAYMASTER_ADMIN_EMAIL, admin.QUAYMASTER_ADMIN_PASSWORD);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([console_?.remove(), host?.stop()]);
  });

  const openForm = () => person.page.goto('/t/default/machines/new');

  it('a wrong key, a closed port, an unknown name and an address where nobody is', async () => {
    const { page } = person;
    await openForm();
    await fillHost(page, { address: host.address, user: host.user });
    await addKey(page, { name: 'wrong', privateKey: (await makeClientKey()).privateKey });
    expect(await checkSays(page, /Sign-in[\s\S]*|refuse/)).toContain('Sign-in');
    await checkSays(page, /does not accept|refuse|not let/i);
    await fillHost(page, { port: '2222' });
    await checkSays(page, /2222/);
    await fillHost(page, { address: 'no-such-host.invalid', port: '22' });
    await checkSays(page, /no-such-host\.invalid/);
    await fillHost(page, { address: '10.77.0.250' });
    await checkSays(page, /10\.77\.0\.250/);
  });

  it('an account without root rights', async () => {
    const { page } = person;
    await openForm();
    await page.getByRole('button', { name: 'Start over' }).click();
    await fillHost(page, { address: host.address, user: 'plain' });
    await addKey(page, { name: 'lab', privateKey: host.privateKey });
    const said = await checkSays(page, /plain/);
    expect(said).toMatch(/sudo|root/i);
  });

  it('an engine that does not start: the job opens at the step, with the reason from its journal', async () => {
    const { page } = person;
    await fillHost(page, { user: host.user });
    await checkSays(page, /Ready/);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('edge-1');
    await page.getByRole('button', { name: 'Daemon' }).click();
    await page.getByRole('textbox', { name: /daemon\.json/i }).fill('{ "data-root": "/proc/nowhere" }');
    await page.getByRole('button', { name: 'Create machine' }).click();
    await page.waitForURL(/\/jobs\//);
    await page.getByText('Start the engine: Engine does not start').waitFor({ timeout: 60_000 });
    expect(await page.getByRole('main').innerText()).toMatch(/\/proc\/nowhere/);
    await page.getByRole('button', { name: 'Retry' }).waitFor();
  });

  it('a host key that has changed: nothing is sent to the host', async () => {
    const { page } = person;
    // Not host.rekey(), which waits for an engine that answers: this one does not start.
    await host.run('rm /etc/ssh/ssh_host_* && ssh-keygen -A && systemctl restart ssh');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page
      .getByText(/is pinned/)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await page.getByRole('main').innerText()).toContain('Host key changed');
    expect(person.complaints()).toEqual([]);
  });
});
