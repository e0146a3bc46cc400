import { describe, expect, it } from 'vitest';

import { refusal, sharedDouble } from './bench.test-support';

const { double, benchOf } = sharedDouble();

/** What a machine of these options was launched from, and who signs in to it. */
const launched = async (options: Record<string, unknown>) => {
  const test = benchOf(options);
  await test.fixture.driver.precheck?.(test.context, test.options);
  await test.create();
  const { parameters = {} } = double.calls.findLast(({ action }) => action === 'RunInstances') ?? {};
  const { ImageId: id, BlockDeviceMapping: disks } = parameters as {
    ImageId: string;
    BlockDeviceMapping: readonly { DeviceName: string }[];
  };
  return {
    image: id.replace(/^ami-0*/, ''),
    disk: disks[0]?.DeviceName,
    user: test.fixture.driver.target(test.options, test.state).ssh?.user,
  };
};

describe('amazonec2 finds the image by its name', () => {
  const ubuntu = { disk: '/dev/sda1', user: 'ubuntu' };
  const debian = { disk: '/dev/xvda', user: 'admin' };
  const amazonLinux = { disk: '/dev/xvda', user: 'ec2-user' };

  it.each([
    ['nothing', 't3.small', { image: '3', ...ubuntu }],
    ['nothing', 't4g.small', { image: '4', ...ubuntu }],
    ['ubuntu-22.04', 't3.small', { image: '1', ...ubuntu }],
    ['debian', 't3.small', { image: '5', ...debian }],
    ['debian-12', 't3.small', { image: '5', ...debian }],
    ['amazon-linux', 't3.small', { image: 'a3', ...amazonLinux }],
    ['amazon-linux', 't4g.small', { image: 'b3', ...amazonLinux }],
    ['amazon-linux-2023', 't3.small', { image: 'a3', ...amazonLinux }],
    ['amazon-linux-2023', 't4g.small', { image: 'b3', ...amazonLinux }],
  ])('%s, for %s', async (entered, instanceType, found) => {
    const image = entered === 'nothing' ? {} : { image: entered };
    expect(await launched({ instanceType, ...image })).toEqual(found);
  });

  it('asks Amazon for its own images, and for no year that has not come', async () => {
    await launched({ image: 'amazon-linux' });
    expect(double.calls.findLast(({ action }) => action === 'DescribeImages')?.parameters).toMatchObject({
      Owner: ['amazon'],
      Filter: expect.arrayContaining([
        {
          Name: 'name',
          Value: [2023, 2024, 2025, 2026].map((year) => `al${year}-ami-${year}.*-kernel-*-x86_64`),
        },
      ]) as object,
    });
  });

  it.each([
    ['a release that is not there', { image: 'amazon-linux-2027' }, 'image', /no image of Amazon Linux 2027/],
    ['a type that Amazon Linux does not run on', { image: 'amazon-linux', instanceType: 'a1.medium' }, 'image', /a1/],
    ['a disk smaller than its image', { image: 'amazon-linux', rootGiB: 7 }, 'rootGiB', /needs 8 GiB/],
  ])('refuses %s at its field', async (_what, options, field, sentence) => {
    const test = benchOf(options);
    expect(await refusal(test.fixture.driver.precheck?.(test.context, test.options))).toMatchObject({
      says: expect.stringMatching(sentence) as string,
      at: [`options.${field}`],
    });
  });
});

describe('amazonec2 takes an image by its id', () => {
  const idOf = (short: string) => `ami-${short.padStart(17, '0')}`;

  it.each([
    ['Amazon Linux 2023 for x86', 'a1', 't3.small', 'ec2-user'],
    ['Amazon Linux 2023 for Arm', 'b1', 't4g.small', 'ec2-user'],
    ['its minimal image', 'a4', 't3.small', 'ec2-user'],
    ['an image made from it', 'd2', 't4g.small', 'ec2-user'],
    ['Ubuntu', '1', 't3.small', 'ubuntu'],
    ['Debian', '5', 't3.small', 'admin'],
  ])('%s', async (_what, image, instanceType, user) => {
    expect(await launched({ image: idOf(image), instanceType })).toMatchObject({ image, user });
  });

  it.each([
    ['Amazon Linux 2', 'c1'],
    ['the first Amazon Linux', 'c2'],
  ])('refuses %s, also where a user is named, and says what to take', async (_what, image) => {
    const test = benchOf({ image: idOf(image), sshUser: 'ec2-user' });
    expect(await refusal(test.fixture.driver.precheck?.(test.context, test.options))).toMatchObject({
      says: expect.stringMatching(/too old.*June 2026.*amazon-linux-2023/) as string,
      at: ['options.image'],
    });
    expect(double.account.things()).toEqual([]);
  });
});

describe('amazonec2 reads what is entered as an image', () => {
  it.each([
    ['amazon-linux', true],
    ['amazon-linux-2023', true],
    ['amazon-linux-2', false],
    ['amazon', false],
    ['ubuntu-2023', false],
    ['debian-2023', false],
  ])('%s: %s', (image, isTaken) => {
    const { fixture } = benchOf();
    const options = { ...fixture.options, image };
    expect(fixture.driver.options.safeParse(options).success).toBe(isTaken);
  });
});
