import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bundleFolderName, packBundle } from './bundle';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quaymaster-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const content = { caPem: 'CA\n', certificatePem: 'CERT\n', privateKeyPem: 'KEY\n', readme: 'Zoë → 港\n' };
const python = `
import sys, zipfile
for entry in zipfile.ZipFile(sys.argv[1]).infolist():
    print(entry.filename, entry.create_system, oct(entry.external_attr >> 16), *entry.date_time)
`;

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

  // fflate's own reader knows nothing of modes, so another implementation has to say what a person gets.
  test('gives the key to its owner alone, in the eyes of another ZIP reader', async () => {
    const archive = join(folder, 'modes.zip');
    await writeFile(archive, packBundle({ ...content, folder: 'edge-1', madeAt: new Date(2026, 2, 1, 12, 30, 4) }));
    const listing = execFileSync('python3', ['-c', python, archive], { encoding: 'utf8' });
    expect(listing.trim().split('\n')).toEqual([
      'edge-1/ 3 0o40700 2026 3 1 12 30 4',
      'edge-1/ca.pem 3 0o100644 2026 3 1 12 30 4',
      'edge-1/cert.pem 3 0o100644 2026 3 1 12 30 4',
      'edge-1/key.pem 3 0o100600 2026 3 1 12 30 4',
      'edge-1/README.txt 3 0o100644 2026 3 1 12 30 4',
    ]);
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
