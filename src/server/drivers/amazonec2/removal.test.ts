import { describe, expect, it } from 'vitest';

import { leapingClock } from '@/server/clock/leaping-clock.test-support';

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
  it("does not leave it to another team's machine, which would not take it back", async () => {
    const test = benchOf();
    await test.create();
    const [instance] = double.account.instances;
    if (!instance) throw new Error('nothing was launched');
    const foreign = { 'quaymaster:team': 'team-2', 'quaymaster:machine': 'machine-9' };
    double.account.instances.push({ ...instance, id: 'i-000000000000cafe', tags: foreign });
    await test.remove();
    expect(double.account.groups[0]?.tags).toMatchObject({ 'quaymaster:machine': 'machine-1' });
    expect(await test.ledger.list()).toMatchObject([{ kind: 'security-group' }]);
    double.account.instances.pop();
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });

  it('waits for all of its groups together, and not for each', async () => {
    const test = benchOf({ securityGroups: ['one', 'two', 'three', 'four', 'five'] });
    await test.create();
    double.account.delays.detachMs = Infinity;
    const clock = leapingClock();
    await test.fixture.driver.remove({ ...test.context, clock }, test.options, test.state);
    expect((await test.ledger.list()).map(({ kind }) => kind)).toEqual(Array(5).fill('security-group'));
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5 * 60_000);
  });
});
