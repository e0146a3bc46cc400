import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

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
    const { createHash } = await import('node:crypto');
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
    await localRunner.run({ name: 'leave a part', script: sh`printf 0123456789 > ${`${path}.part`}` }, signal);
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
});
