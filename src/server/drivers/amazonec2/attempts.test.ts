import { describe, expect, it } from 'vitest';

import { type Bench, Crash } from '../contract-bench.test-support';
import { sharedDouble } from './bench.test-support';

const { double, benchOf } = sharedDouble();

const alive = () => double.account.instances.filter(({ state }) => state === 'pending' || state === 'running');

/** Creates until the answer to the launch, which never arrives. */
const loseLaunch = async (test: Bench) => {
  const { provider } = test.fixture;
  if (!provider) throw new Error('there is no provider');
  provider.onCall = (moment) => {
    if (moment === 'after RunInstances') throw new Crash();
  };
  await expect(test.create()).rejects.toThrow(Crash);
  test.restart();
};

describe('amazonec2 where the instance of an earlier try is gone', () => {
  it.each(['terminated', 'shutting-down'] as const)('launches once more: %s before its id was known', async (state) => {
    const test = benchOf();
    await loseLaunch(test);
    Object.assign(double.account.instances[0] ?? {}, { state, until: double.account.now + 20_000 });
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running' });
    expect(alive()).toHaveLength(1);
    await test.create();
    expect(double.account.instances).toHaveLength(2);
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });

  it.each([
    ['its id was known', (test: Bench) => test.create()],
    ['its id was lost', loseLaunch],
  ])('ends the lasting spot request and what that has launched meanwhile: %s', async (_what, begin) => {
    const test = benchOf({ isSpot: true, spotInterruption: 'stop' });
    await begin(test);
    const [first] = double.account.instances;
    const [request] = double.account.spotRequests;
    if (!first || !request) throw new Error('nothing was launched');
    double.account.instances.push({ ...first, id: 'i-000000000000relaunch', token: '', tags: {}, state: 'running' });
    Object.assign(first, { state: 'terminated' });
    Object.assign(request, { instanceId: 'i-000000000000relaunch' });
    await test.create();
    const open = double.account.spotRequests.filter(({ state }) => state === 'active');
    expect(open.map(({ id }) => id)).toEqual([test.state['spotRequestId']]);
    expect(request.state).toBe('cancelled');
    expect(alive().map(({ id }) => id)).toEqual([test.state['instanceId']]);
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });
});
