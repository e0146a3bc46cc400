import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { credentialOf } from '@/server/drivers/amazonec2/bench.test-support';
import { Ec2Double, testKeys } from '@/server/drivers/amazonec2/double/double.test-support';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

const double = new Ec2Double();
const sameAccount = new Ec2Double();
let console_: TestConsole;
let owner: TestMember;
let team: string;
let id: string;

const values = (changes: object = {}) => ({ ...credentialOf(double.url), ...changes });
const newSecret = { identity: { kind: 'keys', ...testKeys, secretAccessKey: 'rotated' } };
const prisma = () => console_.runtime.database.prisma;
const add = (isUnchecked = false) =>
  owner.call.credentials.create({ team, driver: 'amazonec2', name: 'The account', values: values(), isUnchecked });
const update = (changes: object, { isUnchecked = false, name = 'The account' } = {}) =>
  owner.call.credentials.update({ team, id, name, values: values(changes), isUnchecked });
const machine = (state: 'running' | 'failed' = 'running') =>
  prisma().machine.create({
    data: {
      teamId: owner.team.id,
      name: 'edge-1',
      driver: 'amazonec2',
      options: { credentialId: id, region: 'eu-central-1' },
      engineSettings: {},
      enginePort: 2376,
      ownerId: owner.user.id,
      state,
    },
  });
const stored = async () => (await owner.call.credentials.list({ team })).find((one) => one.id === id);

beforeAll(async () => {
  await Promise.all([double.start(), sameAccount.start()]);
  console_ = await createTestConsole();
});
afterAll(async () => {
  await console_.close();
  await Promise.all([double.stop(), sameAccount.stop()]);
});
beforeEach(async () => {
  double.renew();
  sameAccount.renew();
  owner = await console_.seedMember(await console_.seedTeam());
  team = owner.team.slug;
  ({ id } = await add());
});

describe('credentials.update while machines exist', () => {
  it('ok: another key, or another address, of the same account', async () => {
    await machine();
    await update(newSecret);
    await update({ endpoint: sameAccount.url });
    expect(await stored()).toMatchObject({ values: { endpoint: sameAccount.url } });
  });

  it('conflict: a key of another account, at what differs, and the stored values stay', async () => {
    await machine();
    double.account.owner = '999988887777';
    const refused = await rejection(update(newSecret));
    expect(refused).toMatchObject({
      code: 'credential.in-use',
      fieldErrors: { 'values.identity.secretAccessKey': expect.stringMatching(/another account.*edge-1/) as string },
    });
    expect(await stored()).toMatchObject({ identity: { account: '123456789012' } });
  });

  it('conflict: an address of another account', async () => {
    await machine();
    sameAccount.account.owner = '999988887777';
    expect(await rejection(update({ endpoint: sameAccount.url }))).toMatchObject({
      code: 'credential.in-use',
      fieldErrors: { 'values.endpoint': expect.any(String) as string },
    });
  });

  it('conflict: values that nobody has accepted, also unchecked', async () => {
    await machine();
    double.fail({ action: 'GetCallerIdentity', code: 'InvalidClientTokenId', status: 403, times: 2 });
    expect(await rejection(update(newSecret))).toMatchObject({ code: 'credential.rejected' });
    expect(await rejection(update(newSecret, { isUnchecked: true }))).toMatchObject({ code: 'credential.in-use' });
  });

  it('ok: another name while the provider says no, which keeps who it was', async () => {
    await machine();
    double.fail({ action: 'GetCallerIdentity', code: 'InvalidClientTokenId', status: 403 });
    await update({}, { isUnchecked: true, name: 'Renamed' });
    double.account.owner = '999988887777';
    expect(await rejection(update(newSecret))).toMatchObject({ code: 'credential.in-use' });
    expect(await stored()).toMatchObject({ name: 'Renamed', identity: { account: '123456789012' } });
  });

  it('ok: another account where nothing exists of its machines', async () => {
    await machine('failed');
    double.account.owner = '999988887777';
    await update(newSecret);
    expect(await stored()).toMatchObject({ identity: { account: '999988887777' } });
  });

  it('asks who the stored values are where nobody has confirmed them', async () => {
    await owner.call.credentials.remove({ team, id });
    double.fail({ action: 'GetCallerIdentity', code: 'InvalidClientTokenId', status: 403 });
    ({ id } = await add(true));
    await machine();
    await update(newSecret);
    expect(await stored()).toMatchObject({ identity: { account: '123456789012' }, failure: null });
  });
});
