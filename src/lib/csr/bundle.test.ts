import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';

import { bundleFolderName, packBundle } from './bundle';

const content = { caPem: 'CA\n', certificatePem: 'CERT\n', privateKeyPem: 'KEY\n', readme: 'Zoë → 港\n' };
/** Name, system and mode of each entry in the central directory. Source: PKWARE APPNOTE 4.3.12. */
function listEntries(archive: Uint8Array): string[] {
  const bytes = Buffer.from(archive);
  const entries: string[] = [];
  let at = bytes.indexOf(Buffer.from('PK\u0001\u0002'));
  while (bytes.readUInt32LE(at) === 0x02_01_4b_50) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push(`${name} ${bytes.readUInt8(at + 5)} ${(bytes.readUInt32LE(at + 38) >>> 16).toString(8)}`);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

describe('packBundle', () => {
  test('holds the four files in one folder, unchanged', () => {
    const files = unzipSync(packBundle({ ...content, folder: 'edge-1' }));
    const texts = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
    );
    expect(texts).toEqual({
      'edge-1/': '',
      'edge-1/ca.pem': 'CA\n',
      'edge-1/cert.pem': 'CERT\n',
      'edge-1/key.pem': 'KEY\n',
      'edge-1/README.txt': 'Zoë → 港\n',
    });
  });

  test('gives the key to its owner alone when it is unpacked on Unix', () => {
    const unix = 3;
    expect(listEntries(packBundle({ ...content, folder: 'edge-1' }))).toEqual([
      `edge-1/ ${unix} 40700`,
      `edge-1/ca.pem ${unix} 100644`,
      `edge-1/cert.pem ${unix} 100644`,
      `edge-1/key.pem ${unix} 100600`,
      `edge-1/README.txt ${unix} 100644`,
    ]);
  });

  test('makes the same bytes of the same content at the same time', () => {
    const input = { ...content, folder: 'edge-1', madeAt: new Date('2026-03-01T12:00:00Z') };
    expect(packBundle(input)).toEqual(packBundle(input));
  });
});

describe('bundleFolderName', () => {
  test.each([
    ['edge-1', 'edge-1'],
    ['Edge 1 (prod)', 'Edge-1-prod'],
    ['../../etc', 'etc'],
    ['/absolute', 'absolute'],
    ['C:\\Windows', 'C-Windows'],
    ['..', 'docker-client'],
    ['', 'docker-client'],
    ['港', 'docker-client'],
    ['Zoë', 'Zoe'],
    ['con', 'docker-con'],
    ['LPT1.txt', 'docker-LPT1.txt'],
    ['trailing. ', 'trailing'],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('turns %j into %j', (wanted, name) => {
    expect(bundleFolderName(wanted)).toBe(name);
  });
});
