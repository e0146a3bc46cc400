import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sh } from '@/server/ssh/shell';

import { engineSource } from '../engine-source';
import { dockerKeyUrl } from '../packages/docker-repository';
import { installFailure, isLockFailure } from '../packages/failure';
import { prelude } from '../packages/prelude';
import { localShell } from '../scripted-host.test-support';
import { aptTool, aptWords } from './apt';
import { dockerRepositoryFiles, mirrorFiles } from './source-files';

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
    const error = installFailure(aptWords, 'Installing docker.io', lines);
    expect(error.code).toBe(code);
    expect(error.public).toMatch(message);
    expect(error.output).toBe(lines.join('\n'));
  });

  it('knows the lock that apt does not wait for', () => {
    expect(isLockFailure(aptWords, ['E: Could not get lock /var/lib/apt/lists/lock. It is held'])).toBe(true);
    expect(isLockFailure(aptWords, ['E: Unable to locate package'])).toBe(false);
  });
});

describe('the prelude', () => {
  it('hands proxies over as they are, in both spellings, and nothing else', async () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', ';', '&', '*', 'é', '!') });
    await fc.assert(
      fc.asyncProperty(value, async (proxy) => {
        const script = sh`${prelude(aptTool, { HTTPS_PROXY: proxy, OTHER: 'x' })}
printf '%s\\n' "$HTTPS_PROXY" "$https_proxy" "\${OTHER-unset}"
apt-config dump DPkg::Lock::Timeout`;
        const { stdout } = await localShell.run({ name: 'try', script }, AbortSignal.timeout(10_000));
        expect(stdout).toBe(`${proxy}\n${proxy}\nunset\nDPkg::Lock::Timeout "300";\n`);
      }),
      { numRuns: 25 },
    );
  });
});
