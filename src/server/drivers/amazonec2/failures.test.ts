import { describe, expect, it } from 'vitest';

import type { Bench } from '../contract-bench.test-support';
import { refusal, sharedDouble } from './bench.test-support';

const testKeyId = '01900000-0000-7000-8000-000000000009';

const { double, benchOf } = sharedDouble();

const precheck = (test: Bench) => test.fixture.driver.precheck?.(test.context, test.options);

const groupOf = () => double.account.groups[0];
const openIn = (index = 0) =>
  (double.account.groups[index]?.permissions ?? []).map(({ protocol, from, blocks, groups }) =>
    [`${from}/${protocol}`, ...blocks, ...groups].join(' '),
  );

describe('amazonec2 while it makes a machine', () => {
  it('makes the instance once where the answer is lost', async () => {
    double.fail({ action: 'RunInstances', code: '', isLost: true });
    double.fail({ action: 'ImportKeyPair', code: '', isLost: true });
    double.fail({ action: 'CreateSecurityGroup', code: '', isLost: true });
    double.fail({ action: 'AuthorizeSecurityGroupIngress', code: '', isLost: true });
    const test = benchOf();
    await test.create();
    expect(double.account.things().map(({ kind }) => kind)).toEqual(['security-group', 'key-pair', 'instance']);
    expect(double.account.instances).toHaveLength(1);
  });

  it('asks for IMDSv2, gp3, encryption and tags, and lets in the console alone', async () => {
    const test = benchOf({ tags: { costs: 'docks' }, openPorts: ['8080', '53/udp'], kmsKeyId: 'alias/disks' });
    await test.create();
    const { parameters } = double.calls.findLast(({ action }) => action === 'RunInstances') ?? {};
    expect(parameters).toMatchObject({
      ImageId: 'ami-00000000000000003',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMapping: [
        { Ebs: { VolumeType: 'gp3', Encrypted: 'true', VolumeSize: '16', KmsKeyId: 'alias/disks' } },
      ],
      TagSpecification: ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
        ResourceType,
        Tag: expect.arrayContaining([
          { Key: 'costs', Value: 'docks' },
          { Key: 'quaymaster:machine', Value: 'machine-1' },
        ]) as object,
      })),
    });
    expect(groupOf()?.tags).toMatchObject({ costs: 'docks' });
    expect(openIn()).toEqual(['22/tcp', '2376/tcp', '8080/tcp', '53/udp'].map((port) => `${port} 203.0.113.9/32`));
  });

  it('lets in what the team and the options name as well, IPv6 too, and the swarm inside only', async () => {
    const test = benchOf({ allowedSources: ['198.51.100.77/24', '2001:db8::/32'], hasSwarmPorts: true });
    const site = {
      ownSources: ['192.0.2.1/32'],
      allowedSources: () => Promise.resolve(['10.0.0.0/8']),
      mayUseServerIdentity: false,
    };
    await test.fixture.driver.create({ ...test.context, site }, test.options, {});
    const blocks = ['192.0.2.1/32', '10.0.0.0/8', '198.51.100.0/24', '2001:db8::/32'];
    const id = groupOf()?.id;
    expect(openIn().toSorted()).toEqual(
      [
        ...['22/tcp', '2376/tcp'].flatMap((port) => blocks.map((block) => `${port} ${block}`)),
        ...['2377/tcp', '7946/tcp', '7946/udp', '4789/udp'].map((port) => `${port} ${id}`),
      ].toSorted(),
    );
  });

  it('takes the zone that has the type, and the Arm image for an Arm type', async () => {
    await benchOf({ instanceType: 't3.micro' }).create();
    expect(double.account.instances[0]?.subnetId).toBe('subnet-0000000000000000b');
    double.renew();
    await benchOf({ instanceType: 't4g.small' }).create();
    expect(double.calls.findLast(({ action }) => action === 'RunInstances')?.parameters['ImageId']).toBe(
      'ami-00000000000000004',
    );
  });

  it('says why an instance ended while it started, and makes another one when it is run again', async () => {
    const test = benchOf();
    const { provider } = test.fixture;
    if (provider) {
      provider.onCall = (moment) => {
        const [instance] = double.account.instances;
        if (moment !== 'after RunInstances' || !instance) return;
        Object.assign(instance, {
          state: 'terminated',
          reason: { code: 'Client.InternalError', message: 'Client error on launch' },
        });
      };
    }
    expect(await refusal(test.create())).toMatchObject({ says: expect.stringContaining('KMS') as string });
    test.restart();
    await test.create();
    expect(await test.observe()).toMatchObject({ state: 'running' });
    expect(double.account.instances).toHaveLength(2);
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });

  it.each(['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity'])(
    'says at once that there is no room (%s, which Amazon sends as an error of its own)',
    async (code) => {
      const noRoom = {
        code: 'driver.failed',
        says: expect.stringMatching(/no room .*Choose another zone or type/) as string,
        at: ['options.instanceType'],
      };
      double.fail({ action: 'RunInstances', code, status: 500, times: 99 });
      const test = benchOf();
      expect(await refusal(test.create())).toMatchObject(noRoom);
      expect(double.countOf('RunInstances')).toBe(1);
      double.troubles.length = 0;
      await test.create();
      await test.fixture.driver.stop?.(test.context, test.options, test.state);
      double.fail({ action: 'StartInstances', code, status: 500, times: 99 });
      expect(await refusal(test.fixture.driver.start?.(test.context, test.options, test.state))).toMatchObject(noRoom);
      expect(double.countOf('StartInstances')).toBe(1);
    },
  );

  it('uses a key pair that is there, and leaves it there', async () => {
    double.account.keyPairs.push({ id: 'key-00000000000000001', name: 'mine', publicKey: '', tags: {}, madeAt: 0 });
    const test = benchOf({ keyPairName: 'mine', sshKeyId: testKeyId });
    await precheck(test);
    await test.create();
    test.lines.length = 0;
    expect(test.fixture.driver.target(test.options, test.state).ssh?.keyId).toBe(testKeyId);
    await test.remove();
    expect(double.account.keyPairs.map(({ name }) => name)).toEqual(['mine']);
    expect(test.lines).toContain('Left the key pair mine: it was there before the machine.');
  });
});

describe('amazonec2 and security groups of others', () => {
  const put = (tags: Record<string, string> = {}) => {
    double.account.groups.push({
      id: 'sg-0000000000000beef',
      name: 'docks',
      vpcId: 'vpc-00000000000000001',
      description: 'of the docks',
      tags,
      madeAt: 0,
      permissions: [{ protocol: 'tcp', from: 20, to: 30, blocks: ['203.0.113.0/24'], groups: [] }],
    });
  };

  it('tells what a group lacks before anything is made, and changes nothing without being told to', async () => {
    put();
    expect(await refusal(precheck(benchOf({ securityGroups: ['docks'] })))).toMatchObject({
      says: expect.stringMatching(/docks lacks 2376\/tcp from 203\.0\.113\.9\/32\./) as string,
      at: ['options.securityGroups'],
    });
    expect(groupOf()?.permissions).toHaveLength(1);
  });

  it('adds what is missing where it is told to, and leaves the group behind', async () => {
    put();
    const test = benchOf({ securityGroups: ['sg-0000000000000beef'], maySecurityGroupsChange: true });
    await precheck(test);
    expect(test.lines.join()).toContain('To be added to docks: 2376/tcp');
    await test.create();
    expect(openIn()).toEqual(['20/tcp 203.0.113.0/24', '2376/tcp 203.0.113.9/32']);
    test.lines.length = 0;
    await test.remove();
    expect(double.account.groups.map(({ name }) => name)).toEqual(['docks']);
    expect(test.lines.join()).toMatch(/security groups of the machine stay: docks \(sg-0000000000000beef\)\./);
    expect(test.lines.join()).toMatch(/opened for the machine: 2376\/tcp from 203.0.113.9\/32 in sg-0000000000000beef/);
  });

  it('takes a group once that is named twice, by its name and by its id', async () => {
    put();
    const securityGroups = ['docks', 'sg-0000000000000beef', 'docks', 'fleet', 'fleet'];
    const test = benchOf({ securityGroups, maySecurityGroupsChange: true });
    await precheck(test);
    await test.create();
    expect(double.account.groups.map(({ name }) => name)).toEqual(['docks', 'fleet']);
    expect(double.account.instances[0]?.groups).toEqual(double.account.groups.map(({ id }) => id));
  });

  const fromBastion = [22, 2376].map((port) => ({
    protocol: 'tcp',
    from: port,
    to: port,
    blocks: [],
    groups: ['sg-0000000000bast10n'],
  }));

  it('says of ports that are open to another group that the console may not be in it', async () => {
    put();
    groupOf()?.permissions.splice(0, 1, ...fromBastion);
    const test = benchOf({ securityGroups: ['docks'] });
    await precheck(test);
    expect(test.lines.join('\n')).toContain(
      '22/tcp is open to sg-0000000000bast10n, which 203.0.113.9/32 may not be in.',
    );
  });

  it('opens a group of its own for the console also where another group is let in', async () => {
    put({ 'quaymaster:team': 'team-1' });
    groupOf()?.permissions.splice(0, 1, ...fromBastion);
    await benchOf({ securityGroups: ['docks'] }).create();
    expect(openIn()).toEqual([
      '22/tcp sg-0000000000bast10n',
      '2376/tcp sg-0000000000bast10n',
      '22/tcp 203.0.113.9/32',
      '2376/tcp 203.0.113.9/32',
    ]);
  });

  it('makes a group that machines share, and removes it with the last of them', async () => {
    const one = benchOf({ securityGroups: ['fleet'] });
    const other = benchOf({ securityGroups: ['fleet'] });
    const second = { ...other.context, machine: { id: 'machine-2', name: 'edge-2' } };
    await one.create();
    await other.fixture.driver.create(second, other.options, {});
    expect(double.account.groups.map(({ name }) => name)).toEqual(['fleet']);
    await one.remove();
    expect(one.lines.join()).toMatch(/Left the security group fleet .* to edge-2/);
    expect(await one.ledger.list()).toEqual([]);
    expect(groupOf()?.tags).toMatchObject({ 'quaymaster:machine': 'machine-2' });
    await other.fixture.driver.remove({ ...second, log: other.context.log }, other.options, other.state);
    expect(double.account.things()).toEqual([]);
  });

  it('leaves a group that a stranger uses, and says who', async () => {
    const test = benchOf();
    await test.create();
    const [instance] = double.account.instances;
    if (instance) double.account.instances.push({ ...instance, id: 'i-0000000000000cafe', tags: {} });
    await test.remove();
    expect(test.lines.join()).toContain('i-0000000000000cafe uses it');
    expect(double.account.groups).toHaveLength(1);
    expect(await test.ledger.list()).toMatchObject([{ kind: 'security-group', providerId: groupOf()?.id }]);
    double.account.instances.pop();
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });
});

describe('amazonec2 and swarms', () => {
  it('asks for open ports and for a group that the nodes share', () => {
    const faults = (options: Record<string, unknown>) => {
      const { fixture, options: given } = benchOf(options);
      return Object.keys(fixture.driver.swarmFaults?.(given) ?? {});
    };
    expect(faults({})).toEqual(['hasSwarmPorts', 'securityGroups']);
    expect(faults({ hasSwarmPorts: true, securityGroups: ['harbour'] })).toEqual([]);
  });
});

describe('amazonec2 afterwards', () => {
  it('learns the new address at a start', async () => {
    const test = benchOf();
    await test.create();
    const before = test.state['address'];
    await test.fixture.driver.stop?.(test.context, test.options, test.state);
    await test.fixture.driver.start?.(test.context, test.options, test.state);
    expect(test.state['address']).not.toBe(before);
    expect(await test.observe()).toMatchObject({ address: test.state['address'] });
  });

  it('keeps the id of the spot request, and shows that the instance is taken back', async () => {
    const test = benchOf({ isSpot: true, spotMaxPrice: 0.01 });
    await test.create();
    const [request] = double.account.spotRequests;
    expect(test.state['spotRequestId']).toBe(request?.id);
    if (request) request.status = 'marked-for-termination';
    expect(await test.observe()).toMatchObject({
      state: 'running',
      reason: expect.stringContaining('in two minutes') as string,
    });
    Object.assign(double.account.instances[0] ?? {}, {
      state: 'terminated',
      reason: { code: 'Server.SpotInstanceTermination', message: 'Spot instance terminated' },
    });
    expect(await test.observe()).toMatchObject({
      state: 'absent',
      reason: expect.stringContaining('took the spot instance back') as string,
    });
  });

  it('says why a spot instance of this kind cannot be stopped', async () => {
    const test = benchOf({ isSpot: true });
    await test.create();
    expect(await refusal(test.fixture.driver.stop?.(test.context, test.options, test.state))).toMatchObject({
      code: 'driver.unsupported',
    });
  });

  it('is absent where somebody else removed the instance, and is removed all the same', async () => {
    const test = benchOf();
    await test.create();
    double.account.instances.length = 0;
    expect(await test.observe()).toMatchObject({ state: 'absent' });
    await test.remove();
    expect(await test.left()).toEqual({ ledger: [], provider: [] });
  });
});
