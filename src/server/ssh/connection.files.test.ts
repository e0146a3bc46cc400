import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd } from '../../../test/support/sshd';
import type { SshConnection } from './connection';
import { connectTo, isRoot, never, why } from './connection.test-support';

describe.skipIf(!isSshdInstalled)(`SshConnection with a real sshd (${why})`, () => {
  let sshd: Sshd;
  let connection: SshConnection;
  let folder: string;

  beforeAll(async () => {
    sshd = await startSshd();
    connection = await connectTo(sshd);
    folder = mkdtempSync(join(tmpdir(), 'quaymaster-connection-'));
  });
  afterAll(async () => {
    await connection.close();
    await sshd.remove();
    rmSync(folder, { recursive: true });
  });

  describe.skipIf(!isRoot)('upload and read (as root, or they would need sudo)', () => {
    it('writes any bytes, with mode and owner, and makes the parents that are missing', async () => {
      const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
      const path = join(folder, 'a b', "it's", '$(touch canary)', 'file');
      await connection.upload({ path, content, mode: 0o640, owner: 'daemon:bin' }, never);
      expect(readFileSync(path).equals(content)).toBe(true);
      const { mode, uid, gid } = statSync(path);
      expect({ mode: mode & 0o7777, uid, gid }).toEqual({ mode: 0o640, uid: 1, gid: 2 });
      expect(statSync(join(folder, 'a b')).mode & 0o7777).toBe(0o755);
      expect(await connection.read(path, never)).toEqual(content);
      expect(readdirSync(join(path, '..'))).toEqual(['file']);
    });

    it('leaves a parent as it is', async () => {
      const parent = join(folder, 'private');
      mkdirSync(parent, { mode: 0o700 });
      await connection.upload({ path: join(parent, 'file'), content: 'x', mode: 0o600 }, never);
      expect(statSync(parent).mode & 0o7777).toBe(0o700);
    });

    it('takes the place of a file or a link in one step, with the new mode', async () => {
      const path = join(folder, 'replaced');
      const elsewhere = join(folder, 'elsewhere');
      writeFileSync(elsewhere, 'old', { mode: 0o644 });
      symlinkSync(elsewhere, path);
      await connection.upload({ path, content: '', mode: 0o400 }, never);
      expect(readFileSync(path, 'utf8')).toBe('');
      expect(statSync(path).mode & 0o7777).toBe(0o400);
      expect(readFileSync(elsewhere, 'utf8')).toBe('old');
    });

    it('refuses to write over a folder', async () => {
      await expect(connection.upload({ path: folder, content: 'x', mode: 0o600 }, never)).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: expect.stringMatching(/is a folder/) as string,
      });
    });

    it('reads null where there is no file, and fails where it is no file', async () => {
      expect(await connection.read(join(folder, 'absent'), never)).toBeNull();
      expect(await connection.read(join(folder, 'absent', 'below'), never)).toBeNull();
      await expect(connection.read(folder, never)).rejects.toMatchObject({ code: 'provision.command-failed' });
    });

    it('reads bytes that are no text', async () => {
      const bytes = Buffer.from([0, 0xff, 0xfe, 0x0a, 0x0d, 0x1e]);
      writeFileSync(join(folder, 'bytes'), bytes);
      expect(await connection.read(join(folder, 'bytes'), never)).toEqual(bytes);
    });

    it('refuses a relative path', async () => {
      await expect(connection.read('etc/passwd', never)).rejects.toMatchObject({ code: 'internal.invariant' });
    });
  });
});
