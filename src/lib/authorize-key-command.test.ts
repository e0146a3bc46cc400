import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { authorizeKeyCommand } from './authorize-key-command';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quaymaster-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const run = (line: string) =>
  execFileSync('/bin/sh', ['-c', authorizeKeyCommand(line)], { env: { ...process.env, HOME: home } });
const keysFile = () => join(home, '.ssh', 'authorized_keys');

describe('authorizeKeyCommand', () => {
  it('makes the folder, appends the key as it is and lets nobody else read it', () => {
    const line = `ssh-ed25519 AAAA it's "quoted" $(touch ${join('/', 'tmp', 'never')}) \`id\``;
    run('ssh-ed25519 BBBB first');
    run(line);
    expect(readFileSync(keysFile(), 'utf8').split('\n').filter(Boolean)).toEqual(['ssh-ed25519 BBBB first', line]);
    expect(statSync(keysFile()).mode & 0o077).toBe(0);
    expect(statSync(join(home, '.ssh')).mode & 0o077).toBe(0);
  });
});
