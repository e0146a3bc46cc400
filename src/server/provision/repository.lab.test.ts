import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { engineSettings } from './engine-settings';
import { type ProvisionLab, startProvisionLab } from './lab.test-support';
import { restoreHost } from './steps/restore-host';

const machineAddress = '10.77.0.1';

/**
 * A signed repository as Docker's is laid out (debian/dists/bookworm/stable), whose docker-ce is the lab's docker.io under
 * another name, in two versions.
 */
class SignedRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'quaymaster-repository-'));
  readonly #gpgHome = join(this.folder, 'gpg-home');

  constructor() {
    mkdirSync(this.#gpgHome, { mode: 0o700 });
    this.#gpg('--quick-generate-key', 'Lab repository <lab@example.org>', 'rsa2048', 'sign', 'never');
  }

  #gpg(...args: string[]): Buffer {
    return execFileSync('gpg', ['--homedir', this.#gpgHome, '--batch', '--yes', '--passphrase', '', ...args], {
      stdio: 'pipe',
    });
  }

  addPackage(name: string, { version, content }: { version: string; content: (folder: string) => void }): void {
    const folder = join(this.folder, `build-${name}`);
    mkdirSync(folder);
    content(folder);
    const control = join(folder, 'DEBIAN/control');
    const text = readFileSync(control, 'utf8');
    writeFileSync(
      control,
      text.replace(/^Package: .*$/m, `Package: ${name}`).replace(/^Version: .*$/m, `Version: ${version}`),
    );
    const pool = join(this.folder, 'debian/pool');
    mkdirSync(pool, { recursive: true });
    execFileSync(
      'dpkg-deb',
      [
        '--root-owner-group',
        '-Znone',
        '--build',
        folder,
        join(pool, `${name}_${version.replace(/^\d+:/, '')}_amd64.deb`),
      ],
      { stdio: 'pipe' },
    );
    rmSync(folder, { recursive: true });
  }

  publish(): void {
    const root = join(this.folder, 'debian');
    mkdirSync(join(root, 'pool'), { recursive: true });
    const packages = execFileSync('dpkg-scanpackages', ['--multiversion', 'pool'], { cwd: root, stdio: 'pipe' });
    const suite = join(root, 'dists/bookworm');
    mkdirSync(join(suite, 'stable/binary-amd64'), { recursive: true });
    writeFileSync(join(suite, 'stable/binary-amd64/Packages'), packages);
    const sum = execFileSync('sha256sum', { input: packages }).toString().split(' ')[0] ?? '';
    const release = `Origin: Lab\nSuite: bookworm\nCodename: bookworm\nArchitectures: amd64\nComponents: stable\nDate: ${new Date().toUTCString()}\nSHA256:\n ${sum} ${packages.length} stable/binary-amd64/Packages\n`;
    this.#gpg('--output', join(suite, 'InRelease'), '--clearsign', this.#write('Release', release));
    writeFileSync(join(root, 'gpg'), this.#gpg('--armor', '--export'));
  }

  #write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  async serve(certificate: { cert: string; key: string }): Promise<{ url: string; server: Server }> {
    const server = createServer(certificate, (request, response) => {
      let body: Buffer | null = null;
      try {
        body = readFileSync(join(this.folder, decodeURIComponent(request.url ?? '')));
      } catch {
        // What is not there is answered as such; apt asks for several things that need not be.
      }
      response.writeHead(body === null ? 404 : 200).end(body ?? '');
    });
    server.listen(0, machineAddress);
    await once(server, 'listening');
    return { url: `https://${machineAddress}:${(server.address() as AddressInfo).port}`, server };
  }
}

const hasTools = ['/usr/bin/gpg', '/usr/bin/dpkg-scanpackages'].every((path) => existsSync(path));

describe.skipIf(!hasTools)("installing the engine from Docker's repository (needs gnupg and dpkg-dev)", () => {
  let lab: ProvisionLab;
  let repository: SignedRepository;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'absent' });
    repository = new SignedRepository();
    const archive = join(repository.folder, 'docker.io.deb');
    writeFileSync(archive, Buffer.from(await lab.host.run('base64 /srv/debs/docker.io_*.deb'), 'base64'));
    for (const version of ['5:27.5.1-1~debian.12~bookworm', '5:28.0.1-1~debian.12~bookworm']) {
      repository.addPackage('docker-ce', {
        version,
        content: (folder) => execFileSync('dpkg-deb', ['-R', archive, folder]),
      });
    }
    repository.publish();
    const certificate = await lab.team.engineCertificate(machineAddress);
    ({ server, url } = await repository.serve({ cert: certificate.certificatePem, key: certificate.privateKeyPem }));
    await lab.host.run('cat > /usr/local/share/ca-certificates/lab.crt; update-ca-certificates', {
      stdin: lab.team.engineCaPem,
    });
  });
  afterAll(async () => {
    server?.close();
    rmSync(repository.folder, { recursive: true, force: true });
    await lab?.stop();
  });

  const from = (version: string) =>
    engineSettings.parse({ source: { kind: 'docker-repository', baseUrl: url }, version });
  const installed = () => lab.host.run("dpkg-query -W -f '${Version}' docker-ce");

  it('fetches the key, takes only what is signed with it, and installs the wanted version', async () => {
    const { results } = await lab.create({ settings: from('27.5') });
    expect(results['install-engine']).toEqual({ changed: true, packageVersion: '5:27.5.1-1~debian.12~bookworm' });
    expect(await lab.host.run('cat /etc/apt/sources.list.d/quaymaster-engine.list')).toContain(
      `deb [signed-by=/etc/apt/keyrings/quaymaster-engine.asc] ${url}/debian bookworm stable\n`,
    );
  });

  it('changes the version when another one is asked for, while the containers run on', async () => {
    await lab.runContainer('web');
    const containers = await lab.containers();
    const { results } = await lab.create({ settings: from('28') });
    expect(results['install-engine']).toEqual({ changed: true, packageVersion: '5:28.0.1-1~debian.12~bookworm' });
    expect(await installed()).toBe('5:28.0.1-1~debian.12~bookworm');
    expect(await lab.containers()).toBe(containers);
    expect(lab.log.text()).toContain('The host has docker-ce 5:27.5.1-1~debian.12~bookworm; the settings ask for 28.');
  });

  it('takes the source and the key away when the host is restored', async () => {
    await restoreHost(lab.ctx, { port: 2376, removeEngine: true, deleteData: true });
    expect(
      (await lab.host.exec('find /etc/apt/sources.list.d /etc/apt/keyrings -type f; dpkg-query -W docker-ce')).stdout,
    ).toBe('');
  });

  it('refuses packages that are signed with another key', async () => {
    const other = new SignedRepository();
    other.publish();
    writeFileSync(join(repository.folder, 'debian/gpg'), readFileSync(join(other.folder, 'debian/gpg')));
    rmSync(other.folder, { recursive: true });
    await expect(lab.create({ settings: from('28') }, 'install-engine')).rejects.toMatchObject({
      code: 'provision.engine-install-failed',
    });
    expect(lab.log.text()).toMatch(/NO_PUBKEY|not signed/);
  });
});
