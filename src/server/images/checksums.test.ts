import { describe, expect, it } from 'vitest';

import { findChecksum } from './checksums';

const a = 'a1'.repeat(32);
const b = 'b2'.repeat(32);
const long = 'c3'.repeat(64);

describe('findChecksum', () => {
  it.each([
    ['SHA256SUMS, as Ubuntu has it', `${b} *other.img\n${a} *noble.img\n`, 'noble.img', a],
    ['text mode, a path and Windows line ends', `${a}  ./images/noble.img\r\n${b}  x\r\n`, 'noble.img', a],
    ['CHECKSUM, as Rocky has it', `# noble.img: 645988352 bytes\nSHA256 (noble.img) = ${a}\n`, 'noble.img', a],
    ['upper case', `${a.toUpperCase()}  noble.img`, 'noble.img', a],
    ['SHA512SUMS, as Debian has it', `${long}  noble.img\n`, 'noble.img', long],
    [
      'DIGESTS, as Flatcar has it',
      `# MD5 HASH\n${'d'.repeat(32)}  x.img\n# SHA512 HASH\n${long}  x.img\n`,
      'x.img',
      long,
    ],
    ['both digests: the shorter', `${long}  x.img\n${a}  x.img\n`, 'x.img', a],
    ['a file with one checksum only', `${a}\n`, 'whatever.iso', a],
  ])('reads %s', (_situation, text, name, value) => {
    expect(findChecksum(text, name)).toEqual({ algorithm: value.length === 64 ? 'sha256' : 'sha512', value });
  });

  it.each([
    ['the file is not listed', `${a}  other.img\n`],
    ['another file ends with its name', `${a}  not-noble.img\n`],
    ['it has digests of other lengths only', `${'d'.repeat(32)}  noble.img\n`],
    ['it is a page', '<html>Not found</html>'],
    ['it is empty', ''],
  ])('finds none where %s', (_situation, text) => {
    expect(findChecksum(text, 'noble.img')).toBeNull();
  });
});
