import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Ec2Double, testKeys } from '../src/server/drivers/amazonec2/double/double.test-support';
import { dressAsAmazonLinux } from '../src/server/provision/dnf/dress.test-support';
import { type LabHost, labAvailable, prepareLab, startHost } from './lab/lab';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { poll } from './support/poll';
import { setUp } from './support/set-up';

const run = promisify(execFile);
const lab = await labAvailable();

/** What a new instance from Amazon's own image is like: nobody signs in to it as yet, and it has no engine. */
const startAmazonHost = async (): Promise<LabHost> => {
  const host = await startHost({ release: 'bookworm', engine: 'absent' });
  await dressAsAmazonLinux(host);
  await host.run(': > /home/ec2-user/.ssh/authorized_keys');
  return host;
};

/** Whoever is let in by a key pair is let in on the host of the lab that the instance's address leads to. */
const letIn = async (double: Ec2Double, host: LabHost): Promise<void> => {
  const publicKey = await poll(
    'the import of the key pair',
    () => {
      const [pair] = double.account.keyPairs;
      return Promise.resolve(pair ? { done: pair.publicKey } : { seen: 'none' });
    },
    { timeoutMs: 60_000 },
  );
  await host.run('printf "%s\\n" "$1" >> /home/ec2-user/.ssh/authorized_keys', { args: [publicKey] });
};

/** From the form to docker, and to an account that is empty again. The account is a double; the host behind it is real, and dressed as Amazon Linux. */
describe.skipIf(!lab.ok)('a machine in Amazon EC2', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let owner: Person;
  let host: LabHost;
  let double: Ec2Double;
  let folder: string;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    [console_, browser, host, double, folder] = await Promise.all([
      startConsole(),
      launchBrowser(),
      startAmazonHost(),
      new Ec2Double().start(),
      mkdtemp(join(tmpdir(), 'quaymaster-client-')),
    ]);
    double.account.addresses = () => host.address;
    // The console waits by the real clock: each of its questions moves the account on.
    double.tickMs = 5000;
    owner = await Person.open(browser, console_.url);
    const { page } = owner;
    await setUp(page, console_.setupLink);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([
      console_?.remove(),
      host?.stop(),
      double?.stop(),
      folder && rm(folder, { recursive: true, force: true }),
    ]);
  });

  it('needs a credential, which Amazon is asked about before it is kept', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/credentials');
    await page.getByText('No credentials yet').waitFor();
    await page.getByRole('button', { name: 'Add credential' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Docks');
    await dialog.getByRole('textbox', { name: 'Access key id' }).fill('AKIAWRONGWRONG000000');
    await dialog.getByRole('textbox', { name: 'Secret access key' }).fill(testKeys.secretAccessKey);
    await dialog.getByRole('button', { name: 'Endpoint' }).click();
    await dialog.getByRole('textbox', { name: 'Endpoint', exact: true }).fill(double.url);
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await dialog.getByText('does not accept the credential', { exact: false }).waitFor();
    expect(await owner.accessibilityFaults()).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Access key id' }).fill(testKeys.accessKeyId);
    await dialog.getByRole('button', { name: 'Check and add' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('arn:aws:iam::123456789012:user/quaymaster', { exact: false }).waitFor();
    expect(await page.content()).not.toContain(testKeys.secretAccessKey);
    expect(await owner.accessibilityFaults()).toEqual([]);
  });

  it('offers in the form what Amazon has now, and says what is wrong at the field', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/machines/new?driver=amazonec2');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('edge-1');
    await page.getByRole('combobox', { name: 'Credential' }).click();
    await page.getByRole('option', { name: /Docks/ }).click();
    const field = (name: string) => page.getByRole('combobox', { name, exact: true });
    await field('Region').click();
    await page.getByRole('option', { name: /af-south-1.*Not enabled/s }).waitFor();
    await field('Region').fill('eu-central-1');
    await field('Instance type').fill('p5.48xlarge');
    await page.getByText('is not offered in eu-central-1a', { exact: false }).first().waitFor({ timeout: 60_000 });
    await field('Instance type').fill('t3.small');
    await page.getByText('2 CPUs, 2 GiB, x86', { exact: false }).first().waitFor();
    await field('Image').fill('amazon');
    await page.getByRole('option', { name: /Amazon Linux, now 2023/ }).click();
    const check = page.getByRole('region', { name: 'Check' });
    await check.getByText('Nothing stands in the way').waitFor({ timeout: 60_000 });
    expect(await owner.accessibilityFaults()).toEqual([]);
    expect(double.account.things()).toEqual([]);
  });

  it('is created, and docker gets in with the certificate of the member', async () => {
    const { page } = owner;
    const isLetIn = letIn(double, host);
    await page.getByRole('button', { name: 'Create machine' }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/, { timeout: 60_000 });
    await isLetIn;
    await page.getByText('Succeeded').first().waitFor({ timeout: 150_000 });
    await page.goto('/t/harbour/machines/edge-1/connect');
    await page.getByRole('textbox', { name: 'Device' }).fill('laptop');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Make my key here' }).click();
    const archive = join(folder, 'archive.zip');
    await (await download).saveAs(archive);
    await run('unzip', ['-j', '-o', '-q', archive, '-d', folder]);
    const { stdout } = await run(
      'docker',
      ['--tlsverify', '-H', `tcp://${host.address}:2376`, 'version', '--format', '{{.Server.Version}}'],
      { env: { ...process.env, DOCKER_CERT_PATH: folder, DOCKER_API_VERSION: '1.41' }, timeout: 60_000 },
    );
    expect(stdout.trim()).toMatch(/^20\.10/);
    expect((await host.run('hostname')).trim()).toBe('edge-1');
    expect(double.account.things().map(({ kind }) => kind)).toEqual(['security-group', 'key-pair', 'instance']);
    await page.goto('/t/harbour/resources');
    for (const { providerId } of double.account.things()) await page.getByText(providerId).first().waitFor();
  });

  it('is removed, and the account is empty', async () => {
    const { page } = owner;
    await page.goto('/t/harbour/machines/edge-1/danger');
    await page.getByRole('button', { name: 'Remove edge-1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('edge-1');
    await dialog
      .getByRole('button', { name: /remove/i })
      .last()
      .click();
    await page.waitForURL(/\/jobs\//);
    await page.getByText('Succeeded').first().waitFor({ timeout: 150_000 });
    expect(double.account.things()).toEqual([]);
    double.assertUnderstood();
    expect(owner.complaints([/50[03]|412/])).toEqual([]);
  });
});
