import { describe, expect, it } from 'vitest';

import { credentialOf, refusal, sharedDouble } from './bench.test-support';
import { testKeys } from './double/double.test-support';

const { double, benchOf } = sharedDouble();

describe('amazonec2 credentials', () => {
  const check = (identity: object, mayUseServerIdentity = false) => {
    const { fixture, context } = benchOf();
    const site = { ownSources: [], allowedSources: () => Promise.resolve([]), mayUseServerIdentity };
    const values = fixture.driver.credential?.schema.parse(credentialOf(double.url, identity)) ?? {};
    return fixture.driver.credential?.check({ ...context, site }, values);
  };
  const role = { kind: 'role', roleArn: 'arn:aws:iam::123456789012:role/quaymaster', ...testKeys };

  it('tells who a key is', async () => {
    expect(await check({ kind: 'keys', ...testKeys })).toEqual({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/quaymaster',
    });
  });

  it('assumes a role with its external id, and works as that role', async () => {
    const identity = { ...role, externalId: 'pier-9' };
    expect((await check(identity))?.['arn']).toContain('assumed-role');
    const test = benchOf({}, { identity });
    await test.create();
    expect(double.calls.filter(({ action }) => action === 'AssumeRole')).toHaveLength(2);
    expect(double.account.things()).toHaveLength(3);
  });

  it('says that a role is not to be assumed, and that a key is wrong', async () => {
    expect(await refusal(check(role))).toMatchObject({
      code: 'driver.not-allowed',
      says: expect.stringContaining('sts:AssumeRole') as string,
    });
    expect(await refusal(check({ kind: 'keys', ...testKeys, accessKeyId: 'AKIAWRONGWRONG000000' }))).toMatchObject({
      code: 'credential.rejected',
    });
  });

  it("is the server's own only for teams that its operator names, and never at another endpoint", () => {
    const { driver } = benchOf().fixture;
    const parse = (values: object) => driver.credential?.schema.safeParse(values);
    expect(parse({ identity: { kind: 'server' }, endpoint: double.url })?.error?.issues[0]?.path).toEqual(['endpoint']);
    expect(parse({ identity: { kind: 'server' } })?.success).toBe(true);
    const { context } = benchOf();
    const values = parse({ identity: { kind: 'server' } })?.data ?? {};
    return expect(driver.credential?.check(context, values)).rejects.toMatchObject({ code: 'credential.rejected' });
  });
});

describe('amazonec2 live choices', () => {
  const ask = (field: string, entered: Record<string, unknown> = {}) => {
    const { fixture, context } = benchOf();
    return fixture.driver.choices?.[field]?.(context, { credentialId: 'any', region: 'eu-central-1', ...entered });
  };

  it('has choices for exactly the options that say so', () => {
    const { driver } = benchOf().fixture;
    const live = Object.entries(driver.options.shape).flatMap(([name, schema]) =>
      (schema as { meta(): { live?: unknown } | undefined }).meta()?.live ? [name] : [],
    );
    expect(Object.keys(driver.choices ?? {}).toSorted()).toEqual(live.toSorted());
  });

  it.each([
    ['region', {}, { value: 'af-south-1', description: 'Not enabled for the account' }],
    ['zone', {}, { value: 'eu-central-1b' }],
    ['vpcId', {}, { value: 'vpc-00000000000000002', label: 'Docks', description: '10.9.0.0/16' }],
    ['subnetId', { zone: 'b' }, { value: 'subnet-0000000000000000b' }],
    ['instanceType', {}, { value: 't4g.small', description: '2 CPUs, 2 GiB, Arm' }],
    ['image', { instanceType: 't3.small' }, { value: 'ubuntu', label: 'Ubuntu LTS, now 24.04', isDefault: true }],
    ['image', { instanceType: 't3.small' }, { value: 'debian-12', label: 'Debian 12' }],
    ['image', { instanceType: 't3.small' }, { value: 'amazon-linux-2023', label: 'Amazon Linux 2023' }],
    ['image', { instanceType: 't4g.small' }, { value: 'amazon-linux', label: 'Amazon Linux, now 2023' }],
  ])('offers for %s what Amazon has now', async (field, entered, choice) => {
    expect(await ask(field, entered)).toContainEqual(expect.objectContaining(choice));
  });

  it('offers the types that the zone has, by its letter too', async () => {
    const valuesIn = async (zone: string) => (await ask('instanceType', { zone }))?.map(({ value }) => value);
    expect(await valuesIn('b')).toContain('t3.micro');
    expect(await valuesIn('eu-central-1a')).toEqual(['a1.medium', 't3.small', 't4g.small']);
  });

  it('offers the groups of the VPC that is entered, or that the subnet is in', async () => {
    const of = { description: '', tags: {}, madeAt: 0, permissions: [] };
    for (const nth of ['1', '2']) {
      double.account.groups.push({
        id: `sg-000${nth}`,
        name: `docks-${nth}`,
        vpcId: `vpc-0000000000000000${nth}`,
        ...of,
      });
    }
    const labels = async (entered: Record<string, unknown>) =>
      (await ask('securityGroups', entered))?.map(({ label }) => label);
    expect(await labels({})).toEqual(['docks-1', 'docks-2']);
    expect(await labels({ subnetId: 'subnet-0000000000000000c' })).toEqual(['docks-2']);
    expect(await labels({ vpcId: 'vpc-00000000000000001' })).toEqual(['docks-1']);
  });

  it('takes no image of somebody else who uses the same name', async () => {
    expect(JSON.stringify(await ask('image', { instanceType: 't3.small' }))).not.toMatch(/ami-0+(6|d1)/);
  });
});
