// npm run pictures: makes the pictures of the README and the docs anew, from the built console on real hosts. As root, like the tests.
import { fileURLToPath } from 'node:url';

import type { SwarmChoice } from '../src/lib/swarm';
import { Ec2Double, testKeys } from '../src/server/drivers/amazonec2/double/double.test-support';
import { type LabHost, prepareLab, stageImage, startHost } from './lab/lab';
import { type Api, apiOf } from './support/api';
import { launchBrowser, Person } from './support/browser';
import { startConsole } from './support/console';
import { DockerClient, type OpenCommand } from './support/docker-client';
import { poll } from './support/poll';
import { setUp } from './support/set-up';

const team = 'harbour';
const names = ['build-1', 'edge-1', 'edge-2'] as const;
const closers: (() => unknown)[] = [];
const opened = async <Thing>(opening: Promise<Thing>, close: (thing: Thing) => unknown): Promise<Thing> => {
  const thing = await opening;
  closers.unshift(() => close(thing));
  return thing;
};

async function main(): Promise<void> {
  await prepareLab(['bookworm']);
  const hosts: readonly LabHost[] = await Promise.all(
    names.map(() => opened(startHost({ release: 'bookworm', engine: 'present' }), (host) => host.stop())),
  );
  const console_ = await opened(startConsole(), (running) => running.remove());
  const browser = await opened(launchBrowser(), (running) => running.close());
  const account = await opened(new Ec2Double().start(), (double) => double.stop());
  const person = await Person.open(browser, console_.url);
  const { page } = person;
  await page.setViewportSize({ width: 1280, height: 800 });
  await setUp(page, console_.setupLink);
  const api = apiOf(person, console_.url);

  /** Once what it waits for can be seen. */
  const picture = async (name: string) => {
    await page.mouse.move(0, 0);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url)) });
    console.info(`docs/images/${name}.png`);
  };

  await takeForm(person, { api, account });
  await picture('new-machine');

  const { id: sshKeyId } = await api.sshKeys.create.mutate({
    team,
    name: 'lab',
    privateKey: hosts[0]?.privateKey ?? '',
  });
  const jobs: string[] = [];
  for (const [nth, name] of names.entries()) {
    const { address = '', user = '' } = hosts[nth] ?? {};
    const { jobId } = await api.machines.create.mutate({
      team,
      name,
      driver: 'generic',
      options: { address, sshUser: user, sshKeyId },
      engine: {},
      enforcement: 'gate',
      swarm: await swarmOf(api, nth),
    });
    jobs.push(jobId);
    await jobEnds(api, jobId);
  }
  await page.goto(`/t/${team}/jobs/${jobs[0]}`);
  await page.getByText('Succeeded').first().waitFor();
  await picture('job');

  await page.goto(`/t/${team}/swarms`);
  await page.getByText('edge-2').first().waitFor();
  await picture('swarms');

  const client = await opened(DockerClient.issue(api, { team, device: 'laptop' }), (one) => one.remove());
  const { jobIds } = await api.selfTests.start.mutate({ team, machines: [] });
  await Promise.all(jobIds.map((jobId) => jobEnds(api, jobId)));
  await page.goto(`/t/${team}/self-tests`);
  await page.getByText('edge-2').first().waitFor();
  await picture('self-tests');

  await revokeInUse(person, { client, hosts });
  await page.getByText(/Refused on 2 of 3 hosts/).waitFor();
  await picture('receipt');
}

/** The form of a machine in Amazon EC2, with what the account offers. */
async function takeForm({ page }: Person, { api, account }: { api: Api; account: Ec2Double }): Promise<void> {
  const values = { identity: { kind: 'keys', ...testKeys }, endpoint: account.url };
  await api.credentials.create.mutate({ team, driver: 'amazonec2', name: 'Docks', values });
  await page.goto(`/t/${team}/machines/new?driver=amazonec2`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('edge-3');
  await page.getByRole('combobox', { name: 'Credential' }).click();
  await page.getByRole('option', { name: /Docks/ }).click();
  await page.getByRole('combobox', { name: 'Region', exact: true }).fill('eu-central-1');
  const type = page.getByRole('combobox', { name: 'Instance type', exact: true });
  await type.fill('t3.small');
  await page.getByText('2 CPUs, 2 GiB, x86', { exact: false }).first().waitFor();
  await type.press('Escape');
  await page.getByText('Nothing stands in the way').first().waitFor({ timeout: 60_000 });
  await page.getByRole('heading', { name: 'Basics' }).scrollIntoViewIfNeeded();
}

/** A certificate that is in use is revoked while one host is off. */
async function revokeInUse(
  { page }: Person,
  { client, hosts }: { client: DockerClient; hosts: readonly LabHost[] },
): Promise<void> {
  const [off, ...reached] = hosts;
  const streams: OpenCommand[] = [];
  for (const host of reached) {
    await stageImage(host);
    await host.run("docker run -d --name web busybox:lab sh -c 'while :; do date; sleep 0.2; done'");
    streams.push(client.open(host.address, ['logs', '-f', 'web']));
  }
  closers.unshift(() => streams.forEach((stream) => stream.end()));
  await poll(
    'the streams',
    () => Promise.resolve(streams.every((stream) => stream.output() !== '') ? { done: true } : { seen: 'silence' }),
    { timeoutMs: 30_000 },
  );
  await off?.powerOff();
  await page.goto(`/t/${team}/certificates/${client.certificateId}`);
  await page.getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Key compromised/i }).check();
  await dialog.getByRole('textbox').first().fill('Left on a train');
  await dialog.getByRole('button', { name: /^Revoke/ }).click();
  await page.waitForURL(/\/certificates\/changes\//);
}

/** The first starts one, the second manages it as well, the third works in it. */
async function swarmOf(api: Api, nth: number): Promise<SwarmChoice> {
  if (nth === 0) return { kind: 'init', name: 'docks' };
  const [swarm] = await api.swarms.list.query({ team });
  return { kind: 'join', swarmId: swarm?.id ?? '', role: nth === 1 ? 'manager' : 'worker' };
}

const jobEnds = (api: Api, jobId: string): Promise<true> =>
  poll(
    'the end of the job',
    async () => {
      const { job } = await api.jobs.get.query({ team, job: jobId });
      if (job.state === 'failed') throw new Error(`the job failed: ${JSON.stringify(job.error)}`);
      return job.state === 'succeeded' ? { done: true as const } : { seen: job.state };
    },
    { timeoutMs: 180_000, everyMs: 300 },
  );

try {
  await main();
} finally {
  for (const close of closers) await close();
}
