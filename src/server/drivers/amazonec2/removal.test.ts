import { describe, expect, it } from 'vitest';

import type { Bench } from '../contract-bench.test-support';
import { refusal, sharedDouble } from './bench.test-support';

const { double, benchOf } = sharedDouble();

const discard = async (test: Bench, kind: string) => {
  const things = await test.inventory('machine-1');
  const thing = things.find((one) => one.kind === kind);
  if (!thing) throw new Error(`there is no ${kind}`);
  await test.fixture.driver.account?.discard(test.context, test.options, thing);
};

describe('amazonec2 where one thing is to go', () => {
  it('tells the instance to end, and does not wait for it', async () => {
    const test = benchOf();
    await test.create();
    double.account.delays.terminateMs = 60 * 60_000;
    await discard(test, 'instance');
    expect(double.account.instances[0]?.state).toBe('shutting-down');
    expect((await test.inventory('machine-1')).map(({ kind }) => kind)).not.toContain('instance');
  });

  it('says at once which instance a group is used by, and does not try to delete it', async () => {
    const test = benchOf();
    await test.create();
    expect(await refusal(discard(test, 'security-group'))).toMatchObject({
      code: 'driver.failed',
      says: expect.stringContaining(`still used by ${double.account.instances[0]?.id}`) as string,
    });
    expect(double.countOf('DeleteSecurityGroup')).toBe(0);
  });

  it('waits a little for a group whose instance has just ended', async () => {
    const test = benchOf();
    await test.create();
    await discard(test, 'instance');
    await discard(test, 'security-group');
    expect(double.account.groups).toEqual([]);
    expect(double.countOf('DeleteSecurityGroup')).toBeGreaterThan(1);
  });
});

describe('amazonec2 and the group that machines share', () => {
  it('leaves it to the other machine without waiting for it', async () => {
    const one = benchOf({ securityGroups: ['fleet'] });
    const other = benchOf({ securityGroups: ['fleet'] });
    await one.create();
    const second = { ...other.context, machine: { id: 'machine-2', name: 'edge-2' } };
    await other.fixture.driver.create(second, other.options, {});
    await one.remove();
    expect(double.countOf('DeleteSecurityGroup')).toBe(0);
    expect(double.account.groups[0]?.tags).toMatchObject({ 'quaymaster:machine': 'machine-2' });
  });
});
