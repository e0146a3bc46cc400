import { describe, expect, it } from 'vitest';

import { readTextFile } from './read-text-file';

describe('readTextFile', () => {
  it('reads UTF-8 text of at most the limit', async () => {
    expect(await readTextFile(new Blob(['kéy']), 4)).toEqual({ ok: true, text: 'kéy' });
  });

  it.each([
    ['a file over the limit', new Blob(['12345']), 'tooLarge'],
    ['bytes that are no UTF-8', new Blob([new Uint8Array([0xff, 0xfe])]), 'notText'],
    ['text with a NUL', new Blob(['a\0']), 'notText'],
  ])('refuses %s', async (_, file, reason) => {
    expect(await readTextFile(file, 4)).toEqual({ ok: false, reason });
  });

  it('says when the browser cannot read the file', async () => {
    const gone = new Blob(['a']);
    gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    expect(await readTextFile(gone, 4)).toEqual({ ok: false, reason: 'unreadable' });
  });
});
