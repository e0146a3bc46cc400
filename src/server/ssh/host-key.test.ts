import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { acceptPinned, describeHostKey, trustOnFirstUse } from './host-key';

// Made by ssh-keygen, and the fingerprints with it are what `ssh-keygen -l` prints.
const ed25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIPogRAaBG2bpTje1G0I6nOuhlVfLlmr8yC4fk4y4cxJO';
const ecdsa =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJa7TVG+U+gKSKEFMNCcvcY7bthosbo5mqmFiP35gLqdbI/pYst+QtGktWY5BbE1qWNX6Frny2BNoyM88AJqoX0=';
const one = describeHostKey(Buffer.from(ed25519, 'base64'));
const other = describeHostKey(Buffer.from(ecdsa, 'base64'));

describe('describeHostKey', () => {
  it('reads type, key and fingerprint as OpenSSH spells them', () => {
    expect(one).toEqual({
      type: 'ssh-ed25519',
      key: ed25519,
      fingerprint: 'SHA256:AYALQYm4ZgK0rm91AfMw274xSCTlj2nUrokKHWPEPCA',
    });
    expect(other).toEqual({
      type: 'ecdsa-sha2-nistp256',
      key: ecdsa,
      fingerprint: 'SHA256:1VxqtDnqOAMfwFJGbQs6WnOI2M3H/M1K2Dyxsoq/MnA',
    });
  });
});

describe('acceptPinned', () => {
  it('accepts any of the pinned keys and asks for their types first', async () => {
    const policy = acceptPinned([other, one]);
    expect(await policy.verify(one)).toBe('accept');
    expect(policy.preferredTypes).toEqual(['ecdsa-sha2-nistp256', 'ssh-ed25519']);
  });

  it('refuses another key and names both fingerprints', async () => {
    const verdict = await acceptPinned([one]).verify(other);
    if (!(verdict instanceof AppError)) throw new Error('accepted');
    expect(verdict.code).toBe('ssh.host-key-changed');
    expect(verdict.public).toContain(one.fingerprint);
    expect(verdict.public).toContain(other.fingerprint);
  });

  it('refuses every key when none is pinned', async () => {
    expect(await acceptPinned([]).verify(one)).toBeInstanceOf(AppError);
  });
});

describe('trustOnFirstUse', () => {
  it('accepts any key and hands it over', async () => {
    const seen: unknown[] = [];
    expect(await trustOnFirstUse((key) => seen.push(key)).verify(one)).toBe('accept');
    expect(seen).toEqual([one]);
  });
});
