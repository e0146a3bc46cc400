import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LabHost, labAvailable, prepareLab, startHost } from './lab/lab';
import { type Api, apiOf } from './support/api';
import { launchBrowser, Person } from './support/browser';
import { type RunningConsole, startConsole } from './support/console';
import { DockerClient } from './support/docker-client';
import { poll } from './support/poll';
import { firstOwner, setUp } from './support/set-up';

const run = promisify(execFile);
const lab = await labAvailable();
const serve = fileURLToPath(new URL('../scripts/serve.mjs', import.meta.url));
const team = 'harbour';

/** One story: a console is backed up while it runs, dies, and another one goes on from the backup with the same hosts. */
describe.skipIf(!lab.ok)('a console restored from its backup', () => {
  let folder: string;
  let browser: Browser;
  let first: RunningConsole;
  let second: RunningConsole | undefined;
  let hosts: LabHost[];
  let laptop: DockerClient;

  beforeAll(async () => {
    await prepareLab(['bookworm']);
    folder = await mkdtemp(join(tmpdir(), 'quaymaster-backup-e2e-'));
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n');
    const host = () => startHost({ release: 'bookworm', engine: 'present' });
    [first, browser, hosts] = await Promise.all([startConsole(), launchBrowser(), Promise.all([host(), host()])]);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([
      first?.remove(),
      second?.remove(),
      laptop?.remove(),
      folder && rm(folder, { recursive: true, force: true }),
      ...(hosts ?? []).map((host) => host.stop()),
    ]);
  });

  const command = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    run(process.execPath, [serve, ...args], {
      env: { ...process.env, QUAYMASTER_BACKUP_PASSPHRASE_FILE: join(folder, 'passphrase'), ...env },
      timeout: 60_000,
    });

  const hostAt = (index: number): LabHost => {
    const host = hosts[index];
    if (!host) throw new Error(`no host ${index}`);
    return host;
  };

  const create = async (api: Api, machine: { name: string; host: LabHost; sshKeyId: string }) => {
    const choices = await api.machines.accessChoices.query({ team });
    const { jobId } = await api.machines.create.mutate({
      team,
      name: machine.name,
      driver: 'generic',
      options: { address: machine.host.address, sshUser: machine.host.user, sshKeyId: machine.sshKeyId },
      engine: {},
      enforcement: 'gate',
      access: choices.map((choice) => choice.membershipId),
    });
    await poll(
      `${machine.name} to be made`,
      async () => {
        const { job } = await api.jobs.get.query({ team, job: jobId });
        if (job.state === 'failed') throw new Error(`the job failed: ${JSON.stringify(job.error)}`);
        return job.state === 'succeeded' ? { done: true } : { seen: job.state };
      },
      { timeoutMs: 120_000, everyMs: 300 },
    );
  };

  const answers = (host: LabHost, isLetIn: boolean) =>
    poll(
      isLetIn ? 'the engine to let the laptop in' : 'the engine to refuse the laptop',
      async () => {
        const { ok, text } = await laptop.run(host.address, 'version');
        return ok === isLetIn ? { done: true } : { seen: text };
      },
      { timeoutMs: 10_000 },
    );

  it('still reaches its host, revokes a certificate there, and makes another machine', async () => {
    const owner = await Person.open(browser, first.url);
    await setUp(owner.page, first.setupLink);
    const before = apiOf(owner, first.url);
    const key = await before.sshKeys.create.mutate({ team, name: 'lab', privateKey: hostAt(0).privateKey });
    await create(before, { name: 'edge-1', host: hostAt(0), sshKeyId: key.id });
    laptop = await DockerClient.issue(before, { team, device: 'laptop' });
    await answers(hostAt(0), true);

    const file = join(folder, 'all.backup');
    const port = new URL(first.url).port;
    await command({ QUAYMASTER_DATA_DIR: first.dataDir, PORT: port, HOST: '127.0.0.1' }, 'backup', file);
    await first.kill();
    const dataDir = join(folder, 'restored');
    const { stdout } = await command({ QUAYMASTER_DATA_DIR: dataDir }, 'restore', file);
    expect(stdout).toMatch(/Restored \d+ rows/);
    second = await startConsole({ QUAYMASTER_DATA_DIR: dataDir });
    expect(second.setupLink).toBeNull();

    const again = await Person.open(browser, second.url);
    await again.signIn(firstOwner.email, firstOwner.password);
    const after = apiOf(again, second.url);
    await answers(hostAt(0), true);
    await after.certificates.revoke.mutate({ team, ids: [laptop.certificateId], reason: 'keyCompromise' });
    await answers(hostAt(0), false);
    await create(after, { name: 'edge-2', host: hostAt(1), sshKeyId: key.id });
    const machine = await after.machines.get.query({ team, machine: 'edge-2' });
    expect(machine.state).toBe('running');
  }, 300_000);
});
