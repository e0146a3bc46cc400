import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { isSshdInstalled, type Sshd, startSshd } from '../../../test/support/sshd';
import type { SshConnection } from './connection';
import { connectTo, isRoot, never, why } from './connection.test-support';
import { sh } from './shell';

describe.skipIf(!isSshdInstalled)(`SshConnection with a real sshd (${why})`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quaymaster-connection-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe('with a server of its own', () => {
    let own: Sshd | undefined;
    let ownConnection: SshConnection | undefined;
    afterEach(async () => {
      await ownConnection?.close();
      await own?.remove();
    });

    it('gets along with a server that allows two sessions at once', async () => {
      own = await startSshd({ config: ['MaxSessions 2'] });
      const only = (ownConnection = await connectTo(own));
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          only.run({ name: 'echo', script: sh`sleep 0.05; echo ${index}` }, never),
        ),
      );
      expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 8 }, (_, index) => `${index}\n`));
    });

    it('says so when the server allows no session at all', async () => {
      own = await startSshd({ config: ['MaxSessions 0'] });
      ownConnection = await connectTo(own);
      await expect(ownConnection.run({ name: 'echo', script: sh`echo` }, never)).rejects.toMatchObject({
        code: 'provision.command-failed',
        public: expect.stringMatching(/opens no session.*MaxSessions/) as string,
      });
    });

    it('shows what a forced command said instead of running ours', async () => {
      own = await startSshd({ config: ['ForceCommand echo "backups only"; exit 9'] });
      ownConnection = await connectTo(own);
      await expect(ownConnection.run({ name: 'echo', script: sh`echo`, expect: 'any' }, never)).rejects.toMatchObject({
        public: expect.stringMatching(/does not run commands.*backups only.*exit code 9/) as string,
      });
    });

    it('rejects what runs with ssh.connection-lost when the connection breaks, and what comes after it', async () => {
      const server = (own = await startSshd());
      const lost = (ownConnection = await connectTo(server));
      const closed = new Promise<void>((resolve) => lost.onClose(resolve));
      const running = lost.run({ name: 'sleep', script: sh`echo ready; sleep 61`, onLine: () => server.drop() }, never);
      await expect(running).rejects.toMatchObject({
        code: 'ssh.connection-lost',
        public: expect.stringMatching(/was lost during "sleep"/) as string,
      });
      await closed;
      expect(lost.isOpen).toBe(false);
      await expect(lost.run({ name: 'true', script: sh`true` }, never)).rejects.toMatchObject({
        code: 'ssh.connection-lost',
      });
    });

    it.skipIf(!isRoot)('leaves no half a file behind when the connection breaks in the middle of it', async () => {
      const server = (own = await startSshd());
      const lost = (ownConnection = await connectTo(server));
      const path = join(folder, 'half', 'file');
      await lost.upload({ path, content: 'whole', mode: 0o600 }, never);
      const content = Buffer.alloc(40 * 1024 * 1024, 'x');
      const writing = lost
        .upload({ path, content, mode: 0o600 }, never)
        .catch((error: { code?: string }) => error.code);
      await expect.poll(() => readdirSync(join(folder, 'half')).length, { timeout: 5000, interval: 5 }).toBe(2);
      server.drop();
      expect(await writing).toBe('ssh.connection-lost');
      await expect.poll(() => readdirSync(join(folder, 'half')), { timeout: 10_000 }).toEqual(['file']);
      expect(readFileSync(path, 'utf8')).toBe('whole');
    });

    it('rejects what still runs when it is closed, and closes twice without harm', async () => {
      own = await startSshd();
      const only = (ownConnection = await connectTo(own));
      const running = only.run({ name: 'sleep', script: sh`sleep 61` }, never);
      const outcome = running.catch((error: { code?: string }) => error.code);
      await only.close();
      await only.close();
      expect(await outcome).toBe('ssh.connection-lost');
    });
  });
});
