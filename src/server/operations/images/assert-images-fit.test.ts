import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Driver } from '@/server/drivers/driver';
import { getDriver } from '@/server/drivers/registry';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { assertImagesFit } from './assert-images-fit';
import { seedImage } from './images.test-support';

let console_: TestConsole;
let member: TestMember;

const driver: Driver = {
  ...getDriver('fake'),
  label: 'Test hypervisor',
  options: z.strictObject({
    imageId: z
      .string()
      .meta({ title: 'Disk image', widget: 'image', accepts: { formats: ['qcow2'], systems: ['debian'] } }),
    dvd: z.string().optional().meta({ title: 'DVD', widget: 'image' }),
    note: z.string().optional().meta({ title: 'Note' }),
  }),
};

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam(), 'member');
});
afterAll(() => console_.close());

const check = (options: Record<string, unknown>) => assertImagesFit(member.context, { driver, options });

describe('assertImagesFit', () => {
  it('lets an image through that is ready and accepted, and an option that names none', async () => {
    const { id } = await seedImage(console_, member.team);
    await expect(check({ imageId: id, note: 'not an image' })).resolves.toBeUndefined();
    await expect(check({})).resolves.toBeUndefined();
  });

  it('refuses at the field an image that is not what the option accepts, with what it is', async () => {
    const { id } = await seedImage(console_, member.team, { name: 'b2d', system: 'boot2docker', format: 'iso' });
    const { code, fieldErrors } = await rejection(check({ imageId: id }));
    expect(code).toBe('input.invalid');
    expect(fieldErrors?.['options.imageId']).toBe(
      'Test hypervisor cannot start from b2d (boot2docker, iso, amd64). Choose another image for Disk image.',
    );
    await check({ imageId: (await seedImage(console_, member.team, { name: 'x' })).id, dvd: id });
  });

  it('refuses at the field an image that has not arrived', async () => {
    const { id } = await seedImage(console_, member.team, { name: 'late', state: 'fetching', sha256: null });
    expect(await rejection(check({ imageId: id }))).toMatchObject({
      code: 'image.not-ready',
      fieldErrors: { 'options.imageId': expect.stringContaining('late') as string },
    });
  });

  it.each(['another team', 'nobody'])('refuses at the field an image of %s', async (whose) => {
    const other = await console_.seedTeam();
    const { id } = await seedImage(console_, other);
    const refused = await rejection(check({ imageId: whose === 'nobody' ? 'no-id' : id }));
    expect(refused).toMatchObject({
      code: 'image.not-found',
      fieldErrors: { 'options.imageId': expect.any(String) as string },
    });
  });
});
