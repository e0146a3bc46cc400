import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { credentialOf } from '@/server/drivers/amazonec2/bench.test-support';
import { Ec2Double } from '@/server/drivers/amazonec2/double/double.test-support';
import { closedPort, seedHost, startSsh } from '@/server/monitor/host.test-support';
import { lookAtMachine } from '@/server/operations/machines/look-at-machine';

import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const double = new Ec2Double();
let console_: TestConsole;
let owner: TestMember;
let credentialId: string;

beforeAll(async () => {
  await double.start();
  console_ = await createTestConsole();
  owner = await console_.seedMember(await console_.seedTeam(), 'owner');
  const values = credentialOf(double.url);
  const input = { team: owner.team.slug, driver: 'amazonec2', name: 'The double', values };
  credentialId = (await owner.call.credentials.create(input)).id;
});
afterAll(async () => {
  await console_.close();
  await double.stop();
});
beforeEach(() => double.renew());
afterEach(() => double.assertUnderstood());

const check = async (options: Record<string, unknown>) => {
  const settings = { region: 'eu-central-1', credentialId, ...options };
  const input = { team: owner.team.slug, driver: 'amazonec2', name: 'edge-1', options: settings };
  for await (const event of await owner.call.checks.run(input)) {
    if (event.type === 'ended' && event.result.id === 'account') return event.result;
  }
  throw new Error('the account was not looked at');
};

describe('checks.run with an account at Amazon', () => {
  it('ok: shows what would be added to a group that is there', async () => {
    double.account.groups.push({
      id: 'sg-0000000000000beef',
      name: 'docks',
      vpcId: 'vpc-00000000000000001',
      description: 'of the docks',
      tags: {},
      madeAt: 0,
      permissions: [],
    });
    expect(await check({ securityGroups: ['docks'], maySecurityGroupsChange: true })).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(/^To be added to docks: .*2376\/tcp/) as string,
    });
    expect(double.account.groups[0]?.permissions).toEqual([]);
  });

  it('ok: says that nothing stands in the way where there is nothing to tell', async () => {
    expect(await check({})).toMatchObject({ status: 'ok', message: 'Nothing stands in the way' });
  });
});

describe('a look at a spot instance', () => {
  const seed = async () => {
    const sshPort = await startSsh();
    const { id, teamId } = await seedHost(console_.runtime, owner, {
      sshPort: sshPort.port,
      enginePort: await closedPort(),
    });
    const { prisma } = console_.runtime.database;
    const request = { id: 'sir-00000000000000001', tags: {}, madeAt: 0, instanceId: 'i-00000000000000001' };
    double.account.spotRequests.push({ ...request, type: 'one-time', state: 'active', status: 'fulfilled' });
    double.account.instances.push({
      id: request.instanceId,
      tags: {},
      madeAt: 0,
      token: '',
      launch: '',
      type: 't3.small',
      subnetId: 'subnet-0000000000000000a',
      groups: [],
      keyName: undefined,
      hasPublic: true,
      hasIpv6: false,
      spotRequestId: request.id,
      privateAddress: '10.0.0.5',
      publicAddress: '127.0.0.1',
      state: 'running',
      until: 0,
      reason: undefined,
    });
    const put = (address: string) =>
      prisma.machine.update({
        where: { id },
        data: {
          driver: 'amazonec2',
          options: { region: 'eu-central-1', credentialId, isSpot: true, sshPort: sshPort.port },
          driverState: {
            address,
            keyId: '01900000-0000-7000-8000-000000000000',
            instanceId: request.instanceId,
            spotRequestId: request.id,
          },
        },
      });
    await put('127.0.0.1');
    const look = async () => {
      await lookAtMachine(console_.runtime, { id, teamId }, new AbortController().signal);
      const { health } = await prisma.machine.findUniqueOrThrow({ where: { id }, select: { health: true } });
      return (health as { provider: unknown }).provider;
    };
    return { look, vanish: () => Promise.all([sshPort.end(), put('gone.invalid')]) };
  };

  it('tells what Amazon has announced while the machine still answers, and why it is gone afterwards', async () => {
    const { look, vanish } = await seed();
    expect(await look()).toEqual({ state: 'ok', reason: null });
    const [request] = double.account.spotRequests;
    if (request) request.status = 'marked-for-termination';
    expect(await look()).toEqual({
      state: 'ok',
      reason: expect.stringContaining('takes the spot instance back in two minutes') as string,
    });
    Object.assign(double.account.instances[0] ?? {}, {
      state: 'terminated',
      reason: { code: 'Server.SpotInstanceTermination', message: 'Spot instance terminated' },
    });
    await vanish();
    expect(await look()).toEqual({
      state: 'failed',
      reason: expect.stringContaining('Amazon took the spot instance back') as string,
    });
  });
});
