import { describe, expect, it } from 'vitest';

import { engineSource } from '../engine-source';
import { installFailure } from '../packages/failure';
import { chooseVersions } from '../packages/versions';
import { dnfTool, dnfWords, parseOffers } from './dnf';
import { dockerRepositoryFiles, mirrorFiles } from './source-files';

const offered = parseOffers(
  '\ndocker 25.0.14-1.amzn2023.0.1\ndocker 25.0.8-1.amzn2023.0.5\n\ndocker-ce 3:28.0.1-1.el9\ncontainerd 2.0.5-1.amzn2023\n',
);

describe('versions', () => {
  it('are asked for as dnf names them, companions as they are', () => {
    const choose = (wanted?: string) =>
      chooseVersions(['docker', 'containerd', 'docker-cli'], { offered, wanted, pin: dnfTool.pin });
    expect(choose('25.0.8')).toEqual(['docker-25.0.8-1.amzn2023.0.5', 'containerd']);
    expect(choose('25')).toEqual(['docker-25.0.14-1.amzn2023.0.1', 'containerd']);
    expect(choose()).toEqual(['docker', 'containerd']);
    expect(() => choose('24')).toThrow(/Available: 25\.0\.14-1\.amzn2023\.0\.1, 25\.0\.8/);
    const ce = chooseVersions(['docker-ce'], { offered, wanted: '28.0', pin: dnfTool.pin });
    expect(ce).toEqual(['docker-ce-3:28.0.1-1.el9']);
  });
});

describe('package sources', () => {
  const mirror = (more: object) => {
    const source = engineSource.parse({ kind: 'mirror', url: 'https://rpm.example.org/docker', suite: './', ...more });
    if (source.kind !== 'mirror') throw new Error('another kind');
    return mirrorFiles(source);
  };
  const linesOf = (files: readonly { content: Buffer | string | null }[]) => String(files.at(-1)?.content).split('\n');
  const signingKey = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';

  it('are a mirror with its own key, with a known one, or with none', () => {
    expect(linesOf(mirror({}))).toEqual(
      expect.arrayContaining(['baseurl=https://rpm.example.org/docker/', 'gpgcheck=1', 'skip_if_unavailable=0']),
    );
    expect(linesOf(mirror({})).join('\n')).not.toContain('gpgkey');
    const [key, ...files] = mirror({ signingKey, suite: '9/x86_64/' });
    expect(String(key?.content)).toBe(signingKey);
    expect(linesOf(files)).toEqual(
      expect.arrayContaining([
        'baseurl=https://rpm.example.org/docker/9/x86_64/',
        'gpgcheck=1',
        `gpgkey=file://${key?.path}`,
      ]),
    );
    expect(linesOf(mirror({ unsigned: true }))).toContain('gpgcheck=0');
  });

  it('have no components', () => {
    expect(() => mirror({ suite: 'bookworm', components: ['stable'] })).toThrow(/repodata, with a slash/);
  });

  it("are Docker's by release and architecture", () => {
    const source = engineSource.parse({ kind: 'docker-repository' });
    if (source.kind !== 'docker-repository') throw new Error('another kind');
    const files = dockerRepositoryFiles(source, {
      repository: { distribution: 'centos', suite: '9' },
      key: Buffer.from(signingKey),
    });
    expect(linesOf(files)).toContain('baseurl=https://download.docker.com/linux/centos/9/$basearch/stable');
  });
});

describe('installFailure', () => {
  it.each([
    [
      'a source that cannot be reached, with the cause',
      [
        "Errors during downloading metadata for repository 'quaymaster-engine':",
        "  - Curl error (37): Couldn't read a file:// file for file:///nowhere/repodata/repomd.xml",
        "Error: Failed to download metadata for repo 'quaymaster-engine': Cannot download repomd.xml",
      ],
      'provision.engine-install-failed',
      /failed: Curl error \(37\): Couldn't read .* Failed to download metadata/,
    ],
    [
      'a full disk',
      [
        'Error: Transaction test error:',
        '  installing package docker-25.0.14-1.x86_64 needs 45MB more space on the / filesystem',
      ],
      'provision.disk-full',
      /failed: installing package docker-.* needs 45MB more space/,
    ],
    [
      'a package that nobody offers',
      ['No match for argument: dockerx', 'Error: Unable to find a match: dockerx'],
      'provision.engine-install-failed',
      /No match for argument: dockerx/,
    ],
    [
      'a package without a signature that is known',
      ['Public key for docker-25.0.14.rpm is not installed', 'Error: GPG check FAILED'],
      'provision.engine-install-failed',
      /failed: Public key for docker-25.0.14.rpm is not installed$/,
    ],
  ])('tells %s', (...[, lines, code, message]) => {
    const error = installFailure(dnfWords, 'Installing docker', lines);
    expect(error.code).toBe(code);
    expect(error.public).toMatch(message);
  });
});
