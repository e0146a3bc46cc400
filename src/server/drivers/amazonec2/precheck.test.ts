import { describe, expect, it } from 'vitest';

import type { Bench } from '../contract-bench.test-support';
import { credentialOf, machineKey, refusal, sharedDouble } from './bench.test-support';

const testKeyId = '01900000-0000-7000-8000-000000000009';

const { double, benchOf } = sharedDouble();

const precheck = (test: Bench) => test.fixture.driver.precheck?.(test.context, test.options);

describe('amazonec2 before anything is made', () => {
  it('finds nothing wrong with the defaults, and changes nothing', async () => {
    await precheck(benchOf());
    expect(double.account.things()).toEqual([]);
    expect(double.calls.filter(({ action }) => !action.startsWith('Describe'))).toMatchObject(
      ['ImportKeyPair', 'CreateSecurityGroup', 'RunInstances'].map((action) => ({
        action,
        parameters: { DryRun: 'true' },
      })),
    );
  });

  it.each([
    ['an instance', {}],
    ['a spot instance', { isSpot: true, spotInterruption: 'stop' }],
  ])('leaves nothing behind where the endpoint does not know dry runs: %s', async (_what, options) => {
    double.account.ignoresDryRun = true;
    double.fail({ action: 'RunInstances', code: '', isLost: true });
    await precheck(benchOf(options));
    expect(double.account.instances).toHaveLength(1);
    expect(double.account.things()).toEqual([]);
  });

  it('names the instance that it cannot end where the endpoint does not know dry runs', async () => {
    double.account.ignoresDryRun = true;
    double.fail({ action: 'TerminateInstances', code: 'InvalidInstanceID.NotFound', times: 99 });
    const { says } = await refusal(precheck(benchOf()));
    expect(says).toContain(double.account.instances[0]?.id);
  });

  it.each([
    ['a region that is not enabled', { region: 'af-south-1' }, 'region', /not enabled/],
    ['a type that does not exist', { instanceType: 't9.huge' }, 'instanceType', /not offered|no such instance type/i],
    ['a type that no zone has', { instanceType: 'p5.48xlarge' }, 'instanceType', /not offered in eu-central-1a/],
    ['a zone without a subnet', { zone: 'z' }, 'zone', /no subnet/],
    ['a VPC whose subnets are all alike', { vpcId: 'vpc-00000000000000002' }, 'subnetId', /None of the 2 subnets/],
    ['a subnet that does not exist', { subnetId: 'subnet-00000000000000fff' }, 'subnetId', /no such subnet/],
    [
      'a subnet of another VPC',
      { subnetId: 'subnet-0000000000000000c', vpcId: 'vpc-00000000000000001' },
      'subnetId',
      /is in vpc-00000000000000002/,
    ],
    ['an image that does not exist', { image: 'ami-00000000000000fff' }, 'image', /no such image/i],
    ['an image for another processor', { image: 'ami-00000000000000004' }, 'image', /is for arm64/],
    ['a release that is not there', { image: 'ubuntu-30.04' }, 'image', /no image of Ubuntu LTS 30.04/],
    ['Windows', { image: 'ami-00000000000000008' }, 'image', /Windows.*Debian, Ubuntu and Amazon Linux 2023/],
    ['an image of nobody knows what', { image: 'ami-00000000000000009' }, 'sshUser', /Enter the user/],
    ['a disk smaller than the image', { image: 'ami-00000000000000009', sshUser: 'root' }, 'rootGiB', /40 GiB/],
    ['a key pair that is not there', { keyPairName: 'mine', sshKeyId: testKeyId }, 'keyPairName', /no key pair/],
    [
      'a security group that is not there',
      { securityGroups: ['sg-00000000000000fff'] },
      'securityGroups',
      /no such|There is no/,
    ],
  ])('refuses %s at its field', async (_what, options, field, sentence) => {
    expect(await refusal(precheck(benchOf(options)))).toMatchObject({
      code: 'input.invalid',
      says: expect.stringMatching(sentence) as string,
      at: [`options.${field}`],
    });
    expect(double.account.things()).toEqual([]);
  });

  describe('where the machine is not reached on the internet', () => {
    const site = { ownSources: [], allowedSources: () => Promise.resolve([]), mayUseServerIdentity: false };
    const under = (
      options: Record<string, unknown>,
      changes: Partial<{ ownSources: string[]; team: string[] }> = {},
    ) => {
      const { ownSources = [], team = [] } = changes;
      const test = benchOf(options);
      const context = { ...test.context, site: { ...site, ownSources, allowedSources: () => Promise.resolve(team) } };
      return { test, run: () => test.fixture.driver.precheck?.(context, test.options) };
    };
    const isPrivate = { reach: 'private', hasPublicAddress: false };
    const isIpv6 = { reach: 'ipv6', hasIpv6: true };

    it.each([
      ['private', isPrivate, {}, /private address that the console calls from/],
      ['private, with blocks of the internet', { ...isPrivate, allowedSources: ['198.51.100.0/24'] }, {}, /private/],
      ['private, with an IPv6 block', isPrivate, { ownSources: ['2001:db8::/32'] }, /private address/],
      ['IPv6', isIpv6, {}, /IPv6 address that the console calls from/],
      ['IPv6, with IPv4 blocks', isIpv6, { ownSources: ['192.0.2.1/32'], team: ['10.0.0.0/8'] }, /IPv6 address/],
    ])('does not let in the address that it found on the internet: %s', async (_what, options, changes, sentence) => {
      expect(await refusal(under(options, changes).run())).toMatchObject({
        says: expect.stringMatching(sentence) as string,
        at: ['options.allowedSources'],
      });
      expect(await refusal(under(options, changes).test.create())).toMatchObject({ at: ['options.allowedSources'] });
      expect(double.account.things()).toEqual([]);
    });

    it.each([
      ['of the operator', isPrivate, { ownSources: ['10.1.2.3/32'] }],
      ['of the team', isPrivate, { team: ['172.20.0.0/16'] }],
      ['of the option', { ...isPrivate, allowedSources: ['0.0.0.0/0'] }, {}],
      ['of the operator, IPv6', isIpv6, { ownSources: ['2001:db8::1/128'] }],
    ])('takes a block that fits: %s', async (_what, options, changes) => {
      await expect(under(options, changes).run()).resolves.toBeUndefined();
    });

    it('lets in the block that fits, and not the address on the internet', async () => {
      await benchOf({ ...isPrivate, allowedSources: ['10.8.0.0/16'] }).create();
      expect(double.account.groups.flatMap(({ permissions }) => permissions.flatMap(({ blocks }) => blocks))).toEqual([
        '10.8.0.0/16',
        '10.8.0.0/16',
      ]);
    });
  });

  it.each([
    ['a port beyond the last one', { openPorts: ['99999'] }, 'openPorts', /1 to 65535/],
    ['a volume that nothing starts from', { volumeType: 'st1' }, 'volumeType', /./],
    ['too little IOPS for gp3', { iops: 2999 }, 'iops', /gp3 with 16 GiB takes 3000 to 8000/],
    ['too much IOPS for the size', { volumeType: 'io1', iops: 801 }, 'iops', /io1 with 16 GiB takes 100 to 800/],
    ['too much IOPS for gp3', { iops: 80_001, rootGiB: 2000 }, 'iops', /3000 to 80000/],
    ['IOPS for gp2', { volumeType: 'gp2', iops: 3000 }, 'iops', /Only gp3, io1 and io2/],
    ['io2 without IOPS', { volumeType: 'io2' }, 'iops', /needs a number/],
  ])('does not take %s', (_what, options, field, sentence) => {
    const { fixture } = benchOf();
    const { error } = fixture.driver.options.safeParse({ ...fixture.options, ...options });
    expect(error?.issues.map(({ path, message }) => [path[0], message])).toEqual([
      [field, expect.stringMatching(sentence)],
    ]);
  });

  it('takes the subnet that has an IPv6 range, and says where none has', async () => {
    await expect(precheck(benchOf({ hasIpv6: true }))).resolves.toBeUndefined();
    for (const place of [{ zone: 'b' }, { subnetId: 'subnet-0000000000000000b' }]) {
      expect(await refusal(precheck(benchOf({ hasIpv6: true, ...place })))).toMatchObject({
        says: expect.stringMatching(/subnet-0000000000000000b.*no.* IPv6 range/) as string,
        at: ['options.hasIpv6'],
      });
    }
  });

  it('counts the rules of a group: a port for a source each, IPv4 and IPv6 apart', async () => {
    const blocks = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);
    await expect(precheck(benchOf({ allowedSources: [...blocks(29), '2001:db8::/32'] }))).resolves.toBeUndefined();
    expect(await refusal(precheck(benchOf({ allowedSources: blocks(30) })))).toMatchObject({
      says: expect.stringMatching(/takes 60: this makes 62/) as string,
      code: 'input.invalid',
      at: ['options.allowedSources', 'options.openPorts'],
    });
    expect(double.account.things()).toEqual([]);
  });

  it('compares a key pair that is there with its private key', async () => {
    const publicKey = `${machineKey.publicKey.split(' ').slice(0, 2).join(' ')} mine`;
    double.account.keyPairs.push({ id: 'key-00000000000000001', name: 'mine', publicKey, tags: {}, madeAt: 0 });
    const test = benchOf({ keyPairName: 'mine', sshKeyId: testKeyId });
    const withKey = (line: string | null) => ({ ...test.context, publicKey: () => Promise.resolve(line) });
    const run = (line: string | null) => test.fixture.driver.precheck?.(withKey(line), test.options);
    await expect(run(machineKey.publicKey)).resolves.toBeUndefined();
    expect(await refusal(run('ssh-ed25519 AAAAother edge'))).toMatchObject({
      says: expect.stringContaining('another private key') as string,
      at: ['options.sshKeyId'],
    });
    Object.assign(double.account.keyPairs[0] ?? {}, { publicKey: '' });
    await expect(run('ssh-ed25519 AAAAother edge')).resolves.toBeUndefined();
  });

  it.each([
    ['an expired session', 'RequestExpired', 'credential.rejected', /expired/],
    ['a wrong key', 'AuthFailure', 'credential.rejected', /does not accept the credential/],
    ['a quota', 'VcpuLimitExceeded', 'driver.failed', /quota/],
    ['terms that are not accepted', 'OptInRequired', 'driver.failed', /terms of this image.*Marketplace/],
    ['no capacity', 'InsufficientInstanceCapacity', 'driver.failed', /no room/],
  ])('says what %s means', async (_what, code, errorCode, sentence) => {
    double.fail({ action: 'RunInstances', code });
    expect(await refusal(precheck(benchOf()))).toMatchObject({
      code: errorCode,
      says: expect.stringMatching(sentence) as string,
    });
  });

  it('tells the terms of an image from a region that is not enabled, at their fields', async () => {
    double.fail({ action: 'RunInstances', code: 'OptInRequired' });
    expect(await refusal(precheck(benchOf()))).toMatchObject({ at: ['options.image'] });
    double.fail({ action: 'DescribeVpcs', code: 'OptInRequired' });
    expect(await refusal(precheck(benchOf()))).toMatchObject({
      says: expect.stringContaining('Enable the region') as string,
      at: ['options.region'],
    });
  });

  it('names the permission that is missing', async () => {
    const message =
      'You are not authorized to perform this operation. User: arn:aws:iam::1:user/q is not authorized to perform: iam:PassRole on resource: x';
    double.fail({ action: 'RunInstances', code: 'UnauthorizedOperation', message, status: 403 });
    expect(await refusal(precheck(benchOf()))).toMatchObject({
      code: 'driver.not-allowed',
      says: expect.stringMatching(/permission iam:PassRole\. Whoever administers the account adds it/) as string,
    });
    double.fail({ action: 'DescribeSubnets', code: 'UnauthorizedOperation', status: 403 });
    expect(await refusal(precheck(benchOf()))).toMatchObject({
      says: expect.stringContaining('ec2:DescribeSubnets') as string,
    });
  });

  it.each([
    ['ImportKeyPair', {}],
    ['CreateSecurityGroup', {}],
    ['AuthorizeSecurityGroupIngress', { securityGroups: ['docks'], maySecurityGroupsChange: true }],
  ])('names the permission to %s before anything is made', async (action, options) => {
    const madeAt = 0;
    const id = 'sg-0000000000000beef';
    const vpcId = 'vpc-00000000000000001';
    double.account.groups.push({ id, name: 'docks', vpcId, description: '', tags: {}, madeAt, permissions: [] });
    double.fail({ action, code: 'UnauthorizedOperation', status: 403 });
    expect(await refusal(precheck(benchOf(options)))).toMatchObject({
      code: 'driver.not-allowed',
      says: expect.stringContaining(`the permission ec2:${action}.`) as string,
    });
    expect(double.countOf(action)).toBe(1);
    await expect(precheck(benchOf(options))).resolves.toBeUndefined();
    expect(double.account.things().map(({ name }) => name)).toEqual(['docks']);
    expect(double.account.groups[0]?.permissions).toEqual([]);
  });

  it('asks for no permission that it will not need', async () => {
    const options = { keyPairName: 'mine', sshKeyId: testKeyId, securityGroups: ['docks'] };
    const of = { madeAt: 0, tags: {} };
    const permissions = [{ protocol: '-1', from: -1, to: -1, blocks: ['0.0.0.0/0'], groups: [] }];
    double.account.keyPairs.push({ id: 'key-00000000000000001', name: 'mine', publicKey: '', ...of });
    const group = { id: 'sg-0000000000000beef', name: 'docks', vpcId: 'vpc-00000000000000001', description: '' };
    double.account.groups.push({ ...group, ...of, permissions });
    await precheck(benchOf(options));
    expect(double.calls.map(({ action }) => action).filter((action) => !action.startsWith('Describe'))).toEqual([
      'RunInstances',
    ]);
  });

  it('waits out throttling at a growing distance, and says so where it does not end', async () => {
    double.fail({ action: 'DescribeVpcs', code: 'RequestLimitExceeded', status: 503, times: 3 });
    const test = benchOf();
    await precheck(test);
    expect(double.countOf('DescribeVpcs')).toBe(4);
    expect(test.lines.filter((line) => line.startsWith('DescribeVpcs'))).toEqual([
      'DescribeVpcs: RequestLimitExceeded. Asked again in 0.5 s (1 of 6).',
      'DescribeVpcs: RequestLimitExceeded. Asked again in 1 s (2 of 6).',
      'DescribeVpcs: RequestLimitExceeded. Asked again in 2 s (3 of 6).',
    ]);
    double.fail({ action: 'DescribeVpcs', code: 'RequestLimitExceeded', status: 503, times: 99 });
    expect(await refusal(precheck(benchOf()))).toMatchObject({ code: 'driver.unreachable' });
  });

  it('is unreachable where nobody listens', async () => {
    const test = benchOf();
    const nobody = { ...test.context, credential: () => Promise.resolve(credentialOf('http://127.0.0.1:9')) };
    expect(await refusal(test.fixture.driver.precheck?.(nobody, test.options))).toMatchObject({
      code: 'driver.unreachable',
    });
  });
});
