import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import { engineSource } from '../engine-source';
import { parseReport } from '../host/report';
import { contextOn, localShell, ScriptedHost } from '../scripted-host.test-support';
import { apt } from './apt';
import { installFailure, isLockFailure } from './failure';
import { chooseVersions } from './install-packages';
import { readLockHolders } from './locks';
import { aptEnvironment } from './shell';
import { dockerKeyUrl, dockerRepositoryFiles, mirrorFiles } from './source-files';
import { matchesVersion, parseMadison, resolveVersion } from './versions';

const madison = `docker.io | 26.1.5+dfsg1-9+b9 | file:/srv/debs ./ Packages
docker-ce | 5:28.0.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce | 5:27.5.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce | 5:20.10.24~3-0~debian-bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce-cli | 5:27.5.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker.io | 26.1.5+dfsg1-9 | http://deb.debian.org/debian trixie/main Sources
`;
const offered = parseMadison(madison);

describe('versions', () => {
  it('come from the packages, not from the sources', () => {
    expect(offered.filter(({ packageName }) => packageName === 'docker.io')).toHaveLength(1);
  });

  it.each([
    ['20.10.24+dfsg1-1+deb12u1', '20.10.24', true],
    ['20.10.24+dfsg1-1+deb12u1', '20.10', true],
    ['20.10.24+dfsg1-1+deb12u1', '20.10.2', false],
    ['20.10.24+dfsg1-1+deb12u1', '20.1', false],
    ['5:28.0.1-1~debian.12~bookworm', '28', true],
    ['5:28.0.1-1~debian.12~bookworm', '5:28.0.1-1~debian.12~bookworm', true],
    ['5:28.0.1-1~debian.12~bookworm', '5', false],
  ])('%s for the wanted %s: %s', (version, wanted, matches) => {
    expect(matchesVersion(version, wanted)).toBe(matches);
  });

  it('are the newest that fits, and companions get the same one', () => {
    expect(resolveVersion(offered, { packageName: 'docker-ce', wanted: '27' })).toBe('5:27.5.1-1~debian.12~bookworm');
    expect(chooseVersions(['docker-ce', 'docker-ce-cli', 'containerd.io'], { offered, wanted: '27.5' })).toEqual([
      'docker-ce=5:27.5.1-1~debian.12~bookworm',
      'docker-ce-cli=5:27.5.1-1~debian.12~bookworm',
    ]);
  });

  it('named whole are those, though a newer one begins like them', () => {
    const offer = (version: string) => ({ packageName: 'docker.io', version });
    const own = [offer('26.1.5+dfsg1-9+b9+local1'), offer('26.1.5+dfsg1-9+b9')];
    const resolve = (wanted: string) => resolveVersion(own, { packageName: 'docker.io', wanted });
    expect(resolve('26.1.5+dfsg1-9+b9')).toBe('26.1.5+dfsg1-9+b9');
    expect(resolve('26.1.5')).toBe('26.1.5+dfsg1-9+b9+local1');
  });

  it('that are not there are answered with those that are', () => {
    expect(() => chooseVersions(['docker-ce'], { offered, wanted: '19.03' })).toThrow(
      /Version 19.03 of docker-ce is not on offer. Available: 5:28.0.1-1~debian.12~bookworm, 5:27.5.1/,
    );
    expect(() => chooseVersions(['moby-engine'], { offered, wanted: undefined })).toThrow(/sources offers moby-engine/);
  });
});

describe('package sources', () => {
  const repository = { distribution: 'debian', suite: 'bookworm' };
  const docker = engineSource.parse({ kind: 'docker-repository' });
  const mirror = (more: object) =>
    engineSource.parse({
      kind: 'mirror',
      url: 'https://apt.example.org/docker',
      suite: 'bookworm',
      components: ['stable', 'test'],
      ...more,
    });

  it("are Docker's with the key that was fetched, under the name that fits its form", () => {
    if (docker.kind !== 'docker-repository') throw new Error('another kind');
    expect(dockerKeyUrl(docker, repository)).toBe('https://download.docker.com/linux/debian/gpg');
    const armored = dockerRepositoryFiles(docker, {
      repository,
      key: Buffer.from('-----BEGIN PGP PUBLIC KEY BLOCK-----\n'),
    });
    expect(armored.map(({ path }) => path)).toEqual([
      '/etc/apt/keyrings/quaymaster-engine.asc',
      '/etc/apt/sources.list.d/quaymaster-engine.list',
    ]);
    expect(String(armored[1]?.content)).toContain(
      '\ndeb [signed-by=/etc/apt/keyrings/quaymaster-engine.asc] https://download.docker.com/linux/debian bookworm stable\n',
    );
    const binary = dockerRepositoryFiles(docker, { repository, key: Buffer.from([0x99, 1, 13]) });
    expect(binary[0]?.path).toBe('/etc/apt/keyrings/quaymaster-engine.gpg');
  });

  it('are a mirror with its own key, with a known one, or with none', () => {
    const line = (more: object) => {
      const source = mirror(more);
      if (source.kind !== 'mirror') throw new Error('another kind');
      return String(mirrorFiles(source).at(-1)?.content).split('\n')[1];
    };
    const signingKey = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';
    expect(line({})).toBe('deb https://apt.example.org/docker bookworm stable test');
    expect(line({ signingKey })).toBe(
      'deb [signed-by=/etc/apt/keyrings/quaymaster-engine.asc] https://apt.example.org/docker bookworm stable test',
    );
    expect(line({ unsigned: true })).toBe('deb [trusted=yes] https://apt.example.org/docker bookworm stable test');
  });

  it('hold one line each, whatever the settings accept', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', '/', '.', ' ', '\n', '[', ']', '$', '`', '"', "'", '#') });
    fc.assert(
      fc.property(piece, piece, piece, (url, suite, component) => {
        const parsed = engineSource.safeParse({
          kind: 'mirror',
          url: `https://x.example.org/${url}`,
          suite: `s${suite}`,
          components: [`c${component}`],
        });
        if (!parsed.success || parsed.data.kind !== 'mirror') return;
        const text = String(mirrorFiles(parsed.data).at(-1)?.content);
        expect(text.split('\n')).toHaveLength(3);
        expect(text.split('\n')[1]).toMatch(/^deb \S+ \S+ \S+$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('locks', () => {
  it('name each process once, with its command line', () => {
    const report = parseReport(
      '::lock=812 /var/lib/dpkg/lock-frontend /usr/bin/python3 /usr/bin/unattended-upgrade --download-only \n::lock=812 /var/lib/dpkg/lock x\n::lock=9 /var/lib/apt/lists/lock \n',
    );
    expect(readLockHolders(report)).toEqual([
      {
        pid: 812,
        lockFile: '/var/lib/dpkg/lock-frontend',
        command: '/usr/bin/python3 /usr/bin/unattended-upgrade --download-only',
      },
      { pid: 9, lockFile: '/var/lib/apt/lists/lock', command: 'a process' },
    ]);
  });
});

describe('installFailure', () => {
  it.each([
    [
      'the missing package',
      ['Reading package lists...', 'E: Unable to locate package docker.iox'],
      'provision.engine-install-failed',
      /Unable to locate package docker.iox/,
    ],
    [
      'the cause instead of what follows from it',
      [
        'E: Failed to fetch http://x/y.deb  404  Not Found',
        'E: Unable to fetch some archives, maybe run apt-get update',
      ],
      'provision.engine-install-failed',
      /404 {2}Not Found$/,
    ],
    [
      'a full disk',
      ["E: You don't have enough free space in /var/cache/apt/archives/."],
      'provision.disk-full',
      /enough free space/,
    ],
    [
      'a full disk while unpacking',
      [
        'dpkg: error processing archive x.deb (--unpack):',
        ' cannot copy extracted data: No space left on device',
        'E: Sub-process /usr/bin/dpkg returned an error code (1)',
      ],
      'provision.disk-full',
      /error processing archive/,
    ],
    [
      'a lock',
      ['E: Could not get lock /var/lib/apt/lists/lock. It is held by process 12 (apt-get)'],
      'provision.packages-locked',
      /held by process 12/,
    ],
    [
      'the last line where nothing looks like an error',
      ['one', 'two', ''],
      'provision.engine-install-failed',
      /: two$/,
    ],
  ])('tells %s', (...[, lines, code, message]) => {
    const error = installFailure('Installing docker.io', lines);
    expect(error.code).toBe(code);
    expect(error.public).toMatch(message);
    expect(error.output).toBe(lines.join('\n'));
  });

  it('knows the lock that apt does not wait for', () => {
    expect(isLockFailure(['E: Could not get lock /var/lib/apt/lists/lock. It is held'])).toBe(true);
    expect(isLockFailure(['E: Unable to locate package'])).toBe(false);
  });
});

describe('aptEnvironment', () => {
  it('hands proxies over as they are, in both spellings, and nothing else', async () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', ';', '&', '*', 'é', '!') });
    await fc.assert(
      fc.asyncProperty(value, async (proxy) => {
        const script = sh`${aptEnvironment({ HTTPS_PROXY: proxy, OTHER: 'x' })}
printf '%s\\n' "$HTTPS_PROXY" "$https_proxy" "\${OTHER-unset}"
apt-config dump DPkg::Lock::Timeout`;
        const { stdout } = await localShell.run({ name: 'try', script }, AbortSignal.timeout(10_000));
        expect(stdout).toBe(`${proxy}\n${proxy}\nunset\nDPkg::Lock::Timeout "300";\n`);
      }),
      { numRuns: 25 },
    );
  });
});

describe('installEngine with apt', () => {
  const request = {
    source: engineSource.parse({ kind: 'distribution' }),
    repository: { distribution: 'debian', suite: 'bookworm' },
    environment: {},
  };
  const look = 'look for an installed engine';
  const present = {
    stdout: '::snap=no\n::program=/usr/sbin/dockerd\n::package=docker.io installed 20.10.24+dfsg1-1\n',
  };

  it('keeps an engine that is there, whatever the source', async () => {
    for (const source of [
      { kind: 'distribution' },
      { kind: 'docker-repository' },
      { kind: 'script' },
      { kind: 'present' },
    ]) {
      const host = new ScriptedHost({ [look]: [present] });
      const result = await apt.installEngine(contextOn(host), { ...request, source: engineSource.parse(source) });
      expect(result).toEqual({ changed: false, packageVersion: '20.10.24+dfsg1-1' });
    }
  });

  it('keeps an engine of the wanted version, and says what it does about another one', async () => {
    const host = new ScriptedHost({
      [look]: [present],
      'read the package lists': [
        { stdout: `::madison=${Buffer.from('docker.io | 20.10.25-1 | x Packages\n').toString('base64')}\n` },
      ],
      'look at the running containers': [{}],
      'install packages': [{}],
    });
    const ctx = contextOn(host);
    expect(await apt.installEngine(ctx, { ...request, version: '20.10' })).toMatchObject({ changed: false });
    await apt.installEngine(ctx, { ...request, version: '20.10.25' });
    expect(ctx.log.text()).toContain('The host has docker.io 20.10.24+dfsg1-1; the settings ask for 20.10.25');
    expect(host.commands.at(-2)?.script.shell).toContain("'docker.io=20.10.25-1'");
  });

  it.each([
    ['a snap', { stdout: '::snap=yes\n' }, { kind: 'distribution' }, 'provision.engine-missing', /snap remove docker/],
    [
      'none where one should be',
      { stdout: '::snap=no\n' },
      { kind: 'present' },
      'provision.engine-missing',
      /has no docker.service/,
    ],
  ])('refuses %s', async (...[, answer, source, code, message]) => {
    const host = new ScriptedHost({ [look]: [answer] });
    const attempt = apt.installEngine(contextOn(host), { ...request, source: engineSource.parse(source) });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code });
    await expect(attempt).rejects.toBeInstanceOf(AppError);
  });
});
