import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import type { CommandRunner } from '@/server/ssh/command-runner';
import { sh } from '@/server/ssh/shell';

import { localRunner } from './local-runner';
import { putFile } from './put-file';

const folder = mkdtempSync(join(tmpdir(), 'quaymaster-local-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();

describe('localRunner', () => {
  it('runs a script with its input and keeps its streams apart', async () => {
    const lines: string[] = [];
    const result = await localRunner.run(
      {
        name: 'echo',
        script: sh`read -r word; echo "got $word"; echo aside >&2; exit 3`,
        stdin: 'hello\n',
        expect: [3],
        onLine: (stream, line) => lines.push(`${stream}: ${line}`),
      },
      signal,
    );
    expect(result).toEqual({ exitCode: 3, stdout: 'got hello\n', stderr: 'aside\n' });
    expect(lines.toSorted()).toEqual(['stderr: aside', 'stdout: got hello']);
  });

  it('says with which words a command failed', async () => {
    const failing = localRunner.run({ name: 'make a thing', script: sh`echo "no room" >&2; exit 1` }, signal);
    await expect(failing).rejects.toMatchObject({
      code: 'provision.command-failed',
      public: '"make a thing" ended with exit code 1: no room',
    });
  });

  it('gives a command nothing of the environment that holds the secrets', async () => {
    process.env['QUAYMASTER_TEST_SECRET'] = 'hush';
    const { stdout } = await localRunner.run({ name: 'env', script: sh`env` }, signal);
    delete process.env['QUAYMASTER_TEST_SECRET'];
    expect(stdout).not.toContain('hush');
  });

  it('stops what the script has started, at the deadline and at the signal', async () => {
    const stopping = new AbortController();
    const reason = new Error('stopped by the test');
    const script = sh`sh -c 'echo $$ > ${join(folder, 'pid')}; exec sleep 60' & wait`;
    const waiting = localRunner.run({ name: 'wait', script, onLine: () => undefined }, stopping.signal);
    const late = localRunner.run({ name: 'wait', script: sh`sleep 60`, timeoutMs: 50 }, signal);
    await expect(late).rejects.toMatchObject({ public: '"wait" did not finish within 0.1 s and was stopped.' });
    stopping.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

describe('putFile', () => {
  const content = Buffer.from('0123456789'.repeat(1000));
  const sha256 = '2f5ee0bc4a3cc8f1cd5b7ff0a0b2b4e9';
  const read = (offset: number, length: number) => Promise.resolve(content.subarray(offset, offset + length));

  it('goes on where an earlier try broke off, and checks the whole', async () => {
    const path = join(folder, 'deep', 'image.iso');
    const file = {
      path,
      mode: 0o640,
      sizeBytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      read,
    };
    const offsets: number[] = [];
    const broken = putFile(
      localRunner,
      { ...file, sizeBytes: content.length, read: () => Promise.reject(new Error('the line is cut')) },
      signal,
    );
    await expect(broken).rejects.toThrow('the line is cut');
    await localRunner.run(
      {
        name: 'leave a part',
        script: sh`printf 0123456789 > ${`${path}.part`}; touch -d '1 hour ago' ${`${path}.part`}`,
      },
      signal,
    );
    await putFile(
      localRunner,
      { ...file, read: (offset, length) => (offsets.push(offset), read(offset, length)) },
      signal,
    );
    expect(offsets).toEqual([10]);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('leaves nothing of a file whose checksum is wrong', async () => {
    const path = join(folder, 'wrong.iso');
    const putting = putFile(localRunner, { path, mode: 0o600, sizeBytes: content.length, sha256, read }, signal);
    await expect(putting).rejects.toMatchObject({ code: 'driver.failed' });
    const { stdout } = await localRunner.run({ name: 'look', script: sh`ls ${folder}` }, signal);
    expect(stdout).not.toContain('wrong.iso');
  });

  describe('of several senders at once', { timeout: 120_000 }, () => {
    const large = randomBytes(20 * 1024 * 1024);
    const fileAt = (path: string) => ({
      path,
      mode: 0o644,
      sizeBytes: large.length,
      sha256: createHash('sha256').update(large).digest('hex'),
      read: (offset: number, length: number) => Promise.resolve(large.subarray(offset, offset + length)),
    });

    it('makes one file, and nothing of what either tried is left', async () => {
      const path = join(folder, 'both', 'image.qcow2');
      const waited: string[] = [];
      await Promise.all(
        ['first', 'second', 'third'].map((name) =>
          putFile(localRunner, { ...fileAt(path), onWait: () => waited.push(name) }, signal),
        ),
      );
      expect(readFileSync(path).equals(large)).toBe(true);
      expect(readdirSync(dirname(path))).toEqual(['image.qcow2']);
      expect(waited.length).toBeLessThan(3);
    });

    it('goes on, whatever moment the other one begins, goes on or breaks off at', async () => {
      // After a command of the first a second one breaks off, and at even moments a third one puts the whole.
      for (const moment of [1, 2, 4]) {
        const path = join(folder, `moment-${moment}`, 'image.qcow2');
        let commands = 0;
        const breaking: CommandRunner = {
          ...localRunner,
          run: async (command, stop) => {
            const result = await localRunner.run(command, stop);
            if (command.name.startsWith('write ')) throw new Error('the line is cut');
            return result;
          },
        };
        const disturbed: CommandRunner = {
          ...localRunner,
          run: async (command, stop) => {
            const result = await localRunner.run(command, stop);
            commands += 1;
            if (commands === moment) {
              await putFile(breaking, fileAt(path), signal).catch(() => undefined);
              if (moment % 2 === 0) await putFile(localRunner, fileAt(path), signal);
            }
            return result;
          },
        };
        await putFile(disturbed, fileAt(path), signal);
        expect(readFileSync(path).equals(large), `moment ${moment}`).toBe(true);
        expect(readdirSync(dirname(path))).toEqual(['image.qcow2']);
      }
    });

    it('sends the rest where another one has just stopped', async () => {
      const path = join(folder, 'rest', 'image.qcow2');
      const offsets: number[] = [];
      await localRunner.run(
        { name: 'begin', script: sh`mkdir -p ${dirname(path)}; cat > ${`${path}.part`}`, stdin: large.subarray(0, 5) },
        signal,
      );
      const { read: whole, ...file } = fileAt(path);
      await putFile(
        localRunner,
        {
          ...file,
          read: (offset, length) => (offsets.push(offset), whole(offset, length)),
        },
        signal,
      );
      expect(offsets[0]).toBe(5);
      expect(readFileSync(path).equals(large)).toBe(true);
    });
  });
});
