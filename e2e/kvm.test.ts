import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { QueuedAction } from '@/lib/machine-action';

import { busyboxArchive, labAvailable } from './lab/lab';
import { type Libvirt, libvirtAvailable, prepareVmImage, startLibvirt } from './lab/libvirt';
import { type Api, apiOf } from './support/api';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { DockerClient } from './support/docker-client';
import { jobEnds } from './support/job-ends';
import { poll } from './support/poll';
import { setUp } from './support/set-up';

const [lab, libvirtHere] = [await labAvailable(), await libvirtAvailable()];
const team = 'harbour';
const machine = 'berth-1';
const tooLarge = 'berth-2';
const folder = '/var/lib/quaymaster/hypervisor';

// Emulated on two cores: what takes half a minute on a quiet machine may take several.
const minutes = 60_000;

const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => []);

/** One story of a virtual machine that really boots: from the form to a container in it, stopped, started, and gone without a trace. */
describe.skipIf(!lab.ok || !libvirtHere.ok)('a virtual machine', () => {
  let console_: RunningConsole;
  let browser: Browser;
  let owner: Person;
  let api: Api;
  let libvirt: Libvirt;
  let files: Server;
  let client: DockerClient;
  let hypervisorId = '';
  let imageId = '';
  const before = new Map<string, readonly string[]>();

  const serve = async (path: string): Promise<string> => {
    const { size } = await stat(path);
    files = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': size });
      createReadStream(path).pipe(response);
    });
    await new Promise<void>((resolve) => files.listen(0, libvirt.address, resolve));
    return `http://${libvirt.address}:${(files.address() as AddressInfo).port}/disk.qcow2`;
  };

  const ended = (jobId: string, timeoutMs: number) => jobEnds(api, { team, job: jobId }, { timeoutMs, everyMs: 1000 });

  const act = async (action: QueuedAction) => {
    const { jobId } = await api.machines.act.mutate({ team, machine, action });
    await ended(jobId, 10 * minutes);
  };

  const stateOfMachine = async () => (await api.machines.get.query({ team, machine })).state;
  const address = async () => (await api.machines.get.query({ team, machine })).address ?? '';
  const docker = async (...args: string[]) => client.run(await address(), ...args);

  const dockerAnswers = () =>
    poll(
      'an answer of the engine',
      async () => {
        const { ok, text } = await docker('version', '--format', '{{.Server.Version}}');
        return ok ? { done: text.trim() } : { seen: text };
      },
      { timeoutMs: 2 * minutes, everyMs: 1000 },
    );

  beforeAll(async () => {
    for (const place of [`${folder}/machines`, `${folder}/images`]) before.set(place, await namesIn(place));
    const image = await prepareVmImage();
    [console_, browser, libvirt] = await Promise.all([startConsole(), launchBrowser(), startLibvirt()]);
    owner = await Person.open(browser, console_.url);
    api = apiOf(owner, console_.url);
    const { page } = owner;
    await setUp(page, console_.setupLink);
    hypervisorId = (await api.hypervisors.create.mutate({ team, kind: 'local', name: 'this computer' })).id;
    const added = await api.images.add.mutate({
      team,
      name: 'Debian 12',
      system: 'debian',
      format: 'qcow2',
      architecture: 'amd64',
      url: await serve(image),
    });
    imageId = added.id;
    await ended(added.jobId, 5 * minutes);
  }, 20 * minutes);

  afterAll(async () => {
    await browser?.close();
    files?.close();
    await libvirt?.stop();
    await Promise.all([console_?.remove(), client?.remove()]);
    // What the test did not come to. Folders of teams that were there before are somebody else's.
    for (const [place, kept] of before) {
      const made = (await namesIn(place)).filter((name) => !kept.includes(name));
      await Promise.all(made.map((name) => rm(`${place}/${name}`, { recursive: true, force: true })));
    }
  });

  it('is refused before anything is made where its host cannot hold it', async () => {
    const create = api.machines.create.mutate({
      team,
      name: tooLarge,
      driver: 'kvm',
      options: { hypervisorId, imageId, networkName: 'nowhere', memoryMiB: 4_000_000 },
    });
    const { jobId } = await create;
    await expect(ended(jobId, minutes)).rejects.toThrow(/MiB free; this machine takes 4000200/);
    expect((await libvirt.virsh('list', '--all', '--name')).trim()).toBe('');
  });

  it(
    'is made in the form, and its console is in the log',
    async () => {
      const { page } = owner;
      await page.goto(`/t/${team}/machines/new`);
      await page.getByRole('radio', { name: /^KVM/ }).click();
      await page.getByRole('combobox', { name: 'Hypervisor host' }).click();
      await page.getByRole('option', { name: /this computer/ }).click();
      await page.getByRole('combobox', { name: 'Image' }).click();
      await page.getByRole('option', { name: /Debian 12/ }).click();
      await page.getByRole('textbox', { name: 'Memory' }).fill('1024');
      await page.getByRole('textbox', { name: 'Disk' }).fill('6');
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill(machine);
      await page.getByRole('button', { name: /^Network/ }).click();
      await page.getByRole('combobox', { name: 'Name of the network or bridge' }).fill(libvirt.network);
      await page.getByRole('button', { name: 'Create machine' }).click();
      await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/, { timeout: minutes });
      const jobId = page.url().split('/').at(-1) ?? '';
      await ended(jobId, 15 * minutes);
      const log = await owner.context.request.get(`/api/teams/${team}/jobs/${jobId}/log`);
      expect(await log.text()).toContain('Linux version');
      expect(await stateOfMachine()).toBe('running');
      expect(await address()).toMatch(/^10\.79\.0\./);
    },
    20 * minutes,
  );

  it(
    "runs a container that was started with the member's certificate",
    async () => {
      client = await DockerClient.issue(api, { team, device: 'laptop' });
      expect(await dockerAnswers()).toMatch(/^20\.10/);
      expect(await docker('import', await busyboxArchive('bookworm'), 'busybox:lab')).toMatchObject({ ok: true });
      const ran = await docker('run', '--rm', '--pull=never', '--privileged', 'busybox:lab', 'echo', 'aboard');
      expect(ran).toEqual({ ok: true, text: 'aboard\n' });
    },
    5 * minutes,
  );

  it(
    'is stopped, and comes back with what it had',
    async () => {
      await act('stop');
      expect(await stateOfMachine()).toBe('stopped');
      expect((await libvirt.virsh('list', '--state-running', '--name')).trim()).toBe('');
      await act('start');
      expect(await dockerAnswers()).toMatch(/^20\.10/);
      expect((await docker('images', '--format', '{{.Repository}}')).text.trim()).toBe('busybox');
    },
    20 * minutes,
  );

  it(
    'stands still and is saved, and goes on in the middle of what it did',
    async () => {
      const started = await docker('run', '-d', '--pull=never', 'busybox:lab', 'sleep', '100000');
      expect(started.ok).toBe(true);
      await act('pause');
      expect(await stateOfMachine()).toBe('paused');
      await act('start');
      await act('save');
      expect(await stateOfMachine()).toBe('saved');
      await act('start');
      await dockerAnswers();
      expect((await docker('ps', '-q', '--no-trunc')).text.trim()).toBe(started.text.trim());
    },
    20 * minutes,
  );

  it(
    'is removed, and nothing of it is left',
    async () => {
      for (const name of [machine, tooLarge]) {
        const { jobId } = await api.machines.remove.mutate({
          team,
          machine: name,
          confirm: name,
          mode: 'restore',
          removeEngine: false,
          deleteData: false,
        });
        await ended(jobId, 5 * minutes);
      }
      expect((await libvirt.virsh('list', '--all', '--name')).trim()).toBe('');
      expect(await namesIn(`${folder}/machines`)).toEqual(before.get(`${folder}/machines`));
      await api.images.removeCopy.mutate({ team, id: imageId, hypervisorHostId: hypervisorId });
      await api.images.remove.mutate({ team, id: imageId });
      expect(owner.complaints()).toEqual([]);
    },
    10 * minutes,
  );
});
