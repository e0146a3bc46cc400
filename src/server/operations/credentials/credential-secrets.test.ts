import { describe, expect, it } from 'vitest';

import type { OptionSchema } from '@/lib/option-schema';

import { destinationsOf, joinCredential, keepSecrets, secretPaths, splitCredential } from './credential-secrets';

const text = { type: 'string' } as const;
const schema: OptionSchema = {
  type: 'object',
  properties: {
    endpoint: { ...text, isDestination: true },
    token: { ...text, secret: true },
    login: {
      oneOf: [
        {
          properties: { kind: { const: 'key' }, id: text, key: { ...text, secret: true } },
        },
        { properties: { kind: { const: 'role' }, key: { ...text, secret: true } } },
      ],
    },
    proxy: { type: 'object', properties: { url: text, password: { ...text, secret: true } } },
  },
};

const values = {
  endpoint: 'https://one.test',
  token: 't0',
  login: { kind: 'key', id: 'a', key: 'k0' },
  proxy: { url: 'u', password: 'p0' },
};

describe('splitCredential', () => {
  it('takes secrets out at any depth, and joins them again', () => {
    const { open, secret } = splitCredential(schema, values);
    expect(JSON.stringify(open)).not.toMatch(/t0|k0|p0/);
    expect(secret).toEqual({ token: 't0', login: { key: 'k0' }, proxy: { password: 'p0' } });
    expect(secretPaths(secret)).toEqual(['token', 'login.key', 'proxy.password']);
    expect(joinCredential(open, secret)).toEqual(values);
  });

  it('has nothing to seal where there is no secret', () => {
    expect(splitCredential(schema, { login: { kind: 'role' } })).toEqual({
      open: { login: { kind: 'role' } },
      secret: {},
    });
  });
});

describe('keepSecrets', () => {
  it('fills in what was left empty, and nothing that was entered', () => {
    const entered = { token: 't1', login: { kind: 'key', id: 'b' }, proxy: { url: 'u' } };
    expect(keepSecrets(schema, entered, values)).toEqual({
      token: 't1',
      login: { kind: 'key', id: 'b', key: 'k0' },
      proxy: { url: 'u', password: 'p0' },
    });
  });

  it('takes no secret over to another kind', () => {
    expect(keepSecrets(schema, { token: 't1', login: { kind: 'role' } }, values)).toEqual({
      token: 't1',
      login: { kind: 'role' },
    });
  });
});

describe('destinationsOf', () => {
  it('changes with the address alone', () => {
    const before = destinationsOf(schema, values);
    expect(destinationsOf(schema, { ...values, token: 'other', login: { kind: 'key', id: 'z' } })).toBe(before);
    expect(destinationsOf(schema, { ...values, endpoint: 'https://two.test' })).not.toBe(before);
    expect(destinationsOf(schema, { ...values, endpoint: undefined })).not.toBe(before);
  });
});
