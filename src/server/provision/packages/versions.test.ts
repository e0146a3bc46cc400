import { describe, expect, it } from 'vitest';

import { aptTool, parseMadison } from '../apt/apt';
import { chooseVersions, matchesVersion, resolveVersion } from './versions';

const madison = `docker.io | 26.1.5+dfsg1-9+b9 | file:/srv/debs ./ Packages
docker-ce | 5:28.0.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce | 5:27.5.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce | 5:20.10.24~3-0~debian-bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker-ce-cli | 5:27.5.1-1~debian.12~bookworm | https://download.docker.com/linux/debian bookworm/stable amd64 Packages
docker.io | 26.1.5+dfsg1-9 | http://deb.debian.org/debian trixie/main Sources
`;
const offered = parseMadison(madison);
const { pin } = aptTool;

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
    expect(chooseVersions(['docker-ce', 'docker-ce-cli', 'containerd.io'], { offered, wanted: '27.5', pin })).toEqual([
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
    expect(() => chooseVersions(['docker-ce'], { offered, wanted: '19.03', pin })).toThrow(
      /Version 19.03 of docker-ce is not on offer. Available: 5:28.0.1-1~debian.12~bookworm, 5:27.5.1/,
    );
    expect(() => chooseVersions(['moby-engine'], { offered, wanted: undefined, pin })).toThrow(
      /sources offers moby-engine/,
    );
  });
});
