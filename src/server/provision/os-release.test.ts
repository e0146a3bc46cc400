import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { findProvisioner, getProvisioner, provisioners } from './list';
import { nearestFamily, parseOsRelease } from './os-release';

const folder = new URL('fixtures/os-release/', import.meta.url);
const fixture = (name: string) => parseOsRelease(readFileSync(new URL(name, folder), 'utf8'));

/** The provisioner of each real os-release file, or null for the systems that nobody takes care of yet. */
const owners: Readonly<Record<string, { provisioner: string; distribution?: string; suite?: string } | null>> = {
  'debian-11': { provisioner: 'debian', distribution: 'debian', suite: 'bullseye' },
  'debian-12': { provisioner: 'debian', distribution: 'debian', suite: 'bookworm' },
  'debian-13': { provisioner: 'debian', distribution: 'debian', suite: 'trixie' },
  'raspbian-12': { provisioner: 'debian', distribution: 'raspbian', suite: 'bookworm' },
  'ubuntu-20.04': { provisioner: 'ubuntu', distribution: 'ubuntu', suite: 'focal' },
  'ubuntu-22.04': { provisioner: 'ubuntu', distribution: 'ubuntu', suite: 'jammy' },
  'ubuntu-24.04': { provisioner: 'ubuntu', distribution: 'ubuntu', suite: 'noble' },
  'linuxmint-21.3': { provisioner: 'ubuntu', distribution: 'ubuntu', suite: 'jammy' },
  'amazon-linux-2023': { provisioner: 'amazon-linux' },
  'boot2docker-19.03.12': { provisioner: 'boot2docker' },
  'alpine-3.19': null,
  arch: null,
  'opensuse-leap-15.5': null,
  'rocky-9.3': null,
};

describe('provisioners', () => {
  it('are stated for every os-release file at hand', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(owners).sort());
  });

  it.each(Object.entries(owners))('match %s exactly once, or not at all where that is stated', (name, owner) => {
    const os = fixture(name);
    const matching = provisioners.filter((provisioner) => provisioner.matches(os)).map(({ id }) => id);
    expect(matching).toEqual(owner ? [owner.provisioner] : []);
    const found = findProvisioner(os);
    expect(found && { provisioner: found.id, ...found.dockerRepository(os) }).toEqual(owner);
  });

  it.each(['rocky-9.3', 'arch'])('name what was found and what is supported for %s', (name) => {
    const os = fixture(name);
    const error = catchError(() => getProvisioner(os));
    expect(error.code).toBe('provision.os-unsupported');
    expect(error.public).toContain(os.prettyName);
    expect(error.public).toContain('Debian 11 and later, Ubuntu 20.04 and later');
  });

  it.each([
    ['boot2docker 18.06', 'ID=boot2docker\nVERSION_ID=18.06.1-ce', /older than 18\.09/],
    ['Amazon Linux 2', 'ID=amzn\nID_LIKE="centos rhel fedora"\nVERSION_ID="2"', /older than Amazon Linux 2023/],
    ['Debian 10', 'ID=debian\nVERSION_ID="10"\nPRETTY_NAME="Debian GNU/Linux 10 (buster)"', /older than Debian 11/],
    [
      'Ubuntu 18.04',
      'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="18.04"\nPRETTY_NAME="Ubuntu 18.04.6 LTS"',
      /older than Ubuntu 20/,
    ],
    [
      'a Mint on Ubuntu 18.04',
      'ID=linuxmint\nID_LIKE=ubuntu\nUBUNTU_CODENAME=bionic\nVERSION_ID="19"',
      /older than Ubuntu 20/,
    ],
  ])('refuse %s as too old', (_, text, said) => {
    expect(catchError(() => getProvisioner(parseOsRelease(text))).public).toMatch(said);
  });

  it.each([
    ['Debian 13', 'ID=debian\nVERSION_ID="13"', 'tried'],
    ['Debian 14', 'ID=debian\nVERSION_ID="14"', 'untried'],
    ['Debian testing, which has no number', 'ID=debian\nPRETTY_NAME="Debian GNU/Linux forky/sid"', 'untried'],
    ['Ubuntu 24.04', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"', 'tried'],
    ['Ubuntu 26.04', 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="26.04"', 'untried'],
    ['Kali', 'ID=kali\nID_LIKE=debian\nVERSION_ID="2026.1"', 'untried'],
  ])('say of %s whether it was tried', (_, text, kind) => {
    const os = parseOsRelease(text);
    expect(getProvisioner(os).support(os).kind).toBe(kind);
  });
});

describe('parseOsRelease', () => {
  it.each([
    ['the first "=" as the separator', 'BUG_REPORT_URL="https://x.example/?a=b&c=d"', 'https://x.example/?a=b&c=d'],
    ['single quotes as they are', String.raw`BUG_REPORT_URL='a\b"c$d'`, String.raw`a\b"c$d`],
    ['escapes inside double quotes', String.raw`BUG_REPORT_URL="a\"b\$c\\d\e"`, String.raw`a"b$c\d\e`],
    ['no quotes at all', 'BUG_REPORT_URL=plain', 'plain'],
    ['escapes without quotes', String.raw`BUG_REPORT_URL=a\ b`, 'a b'],
    ['an empty value', 'BUG_REPORT_URL=', ''],
    ['a lone quote', 'BUG_REPORT_URL="', '"'],
  ])('takes %s', (_, line, value) => {
    expect(parseOsRelease(`ID=debian\r\n${line}\n`.replace('\r', '')).fields['BUG_REPORT_URL']).toBe(value);
  });

  it('skips comments, empty lines and lines that assign nothing', () => {
    const os = parseOsRelease('# ID=arch\n\nnonsense\n=x\nID=debian\n1D=y\n');
    expect(os.fields).toEqual({ ID: 'debian' });
  });

  it('takes a file without an ID for some Linux', () => {
    expect(parseOsRelease('NAME=Something')).toMatchObject({ id: 'linux', prettyName: 'Something', idLike: [] });
  });
});

describe('nearestFamily', () => {
  it('prefers what the system is to what it is like, and the first of these', () => {
    const os = parseOsRelease('ID=x\nID_LIKE="ubuntu debian"');
    expect(nearestFamily(os, ['debian', 'ubuntu'])).toBe('ubuntu');
    expect(nearestFamily(parseOsRelease('ID=debian\nID_LIKE=ubuntu'), ['ubuntu', 'debian'])).toBe('debian');
    expect(nearestFamily(os, ['suse'])).toBeUndefined();
  });
});

function catchError(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
