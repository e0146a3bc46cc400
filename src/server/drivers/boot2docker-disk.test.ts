import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';

import { diskHead } from './boot2docker-disk';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHRlc3Q quaymaster';

describe('what boot2docker formats its disk by', () => {
  it('begins with the request, in whole sectors that it keeps', async () => {
    const head = await diskHead(publicKey);
    expect(head.subarray(0, 30).toString()).toBe('boot2docker, please format-me\0');
    expect(head.length % 512).toBe(0);
    expect(head.length).toBeLessThanOrEqual(4096);
  });

  it('is an archive with the key, which nobody else may write', async () => {
    const found = [];
    for await (const entry of Readable.from([await diskHead(` ${publicKey}\n`)]).pipe(extract())) {
      const { name, type, mode } = entry.header;
      found.push({ name, type, mode, content: await text(entry) });
    }
    const request = 'boot2docker, please format-me';
    expect(found).toEqual([
      { name: request, type: 'file', mode: 0o644, content: request },
      { name: '.ssh', type: 'directory', mode: 0o700, content: '' },
      { name: '.ssh/authorized_keys', type: 'file', mode: 0o600, content: `${publicKey}\n` },
    ]);
  });

  it('is refused where a key is longer than what boot2docker keeps', async () => {
    await expect(diskHead(`ssh-rsa ${'A'.repeat(4096)}`)).rejects.toMatchObject({ code: 'internal.invariant' });
  });
});
