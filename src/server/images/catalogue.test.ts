import { describe, expect, it } from 'vitest';

import { imageUrlSchema } from '@/lib/image';

import { imageCatalogue } from './catalogue';

describe('imageCatalogue', () => {
  it('has addresses that the library takes, over https, of files and not of folders', () => {
    for (const { url, checksumUrl } of imageCatalogue) {
      for (const address of [url, ...(checksumUrl === null ? [] : [checksumUrl])]) {
        expect(imageUrlSchema.parse(address)).toBe(address);
        expect(address).toMatch(/^https:\/\/.+[^/]$/);
      }
    }
  });

  it('names each image once, with its architecture in its address where there are two', () => {
    expect(new Set(imageCatalogue.map(({ name }) => name)).size).toBe(imageCatalogue.length);
    expect(new Set(imageCatalogue.map(({ url }) => url)).size).toBe(imageCatalogue.length);
    const words = { amd64: /amd64|x86_64/, arm64: /arm64|aarch64/ } as const;
    for (const { system, architecture, url } of imageCatalogue) {
      if (system !== 'boot2docker') expect(url).toMatch(words[architecture]);
    }
  });

  it('has ISOs for boot2docker only, and a checksum for everything else', () => {
    for (const { system, format, checksumUrl } of imageCatalogue) {
      expect(format).toBe(system === 'boot2docker' ? 'iso' : 'qcow2');
      expect(checksumUrl === null).toBe(system === 'boot2docker');
    }
  });
});
