import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { ec2Calls } from './calls';
import { policy } from './policy';

const folder = fileURLToPath(new URL('.', import.meta.url));
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(name) && name !== 'calls.ts')
  .map((name) => readFileSync(folder + name, 'utf8'))
  .join('\n');

const called = new Set([...sources.matchAll(/\b(?:ec2|home)\('([A-Z]\w+)'/g)].map(([, name]) => name));
const allowed = policy().Statement.flatMap(({ Action }) => Action);

describe('the IAM policy', () => {
  it('allows every call in the code, and no other', () => {
    expect([...called].toSorted()).toEqual(Object.keys(ec2Calls).toSorted());
    expect([...new Set(allowed)].toSorted()).toEqual(
      Object.keys(ec2Calls)
        .map((name) => `ec2:${name}`)
        .toSorted(),
    );
  });

  it('changes nothing that does not carry the tag of the console', () => {
    for (const { Sid, Action, Condition } of policy().Statement) {
      const isHarmless = Action.every((action) => /^ec2:(Describe|Create|Import|Run)/.test(action));
      expect(isHarmless || Condition !== undefined, Sid).toBe(true);
    }
  });
});
