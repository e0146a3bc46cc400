import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let admin: TestMember;
let member: TestMember;
let viewer: TestMember;
let other: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ team, admin, member, viewer, stranger: other } = await console_.seedCrew('admin', 'member', 'viewer', 'stranger'));
});
afterAll(() => console_.close());

const driver = 'fake';
const login = { kind: 'password', user: 'ada', password: 'correct horse' };
let count = 0;
const input = (values: Record<string, unknown> = {}) => ({
  team,
  driver,
  name: `account ${(count += 1)}`,
  values: { login, ...values },
});
const create = (values?: Record<string, unknown>) => admin.call.credentials.create(input(values));
const find = async (id: string) => (await member.call.credentials.list({ team })).find((one) => one.id === id);
const events = (action: string) =>
  console_.runtime.database.prisma.auditEvent.findMany({ where: { action, team: { slug: team } } });
const machineWith = (credentialId: string) =>
  admin.call.machines.create({
    team,
    name: `edge-${(count += 1)}`,
    driver,
    options: { credentialId },
    engine: {},
    enforcement: 'engine',
  });

describe('credentials.kinds', () => {
  it('ok: gives what each driver asks for, with what is secret', async () => {
    const { kinds, mayManage } = await member.call.credentials.kinds({ team });
    expect(mayManage).toBe(false);
    expect(await admin.call.credentials.kinds({ team })).toMatchObject({ mayManage: true });
    expect(kinds.find((kind) => kind.driver === driver)?.schema.properties?.['login']?.oneOf?.[0]).toMatchObject({
      properties: { password: { secret: true } },
    });
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.credentials.kinds({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(other.call.credentials.kinds({ team }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('credentials.create and list', () => {
  it('ok: seals the secrets, keeps who the provider says it is, and never gives a secret back', async () => {
    const { id } = await create();
    const listed = await find(id);
    expect(listed).toMatchObject({
      driver,
      values: { account: 'open', login: { kind: 'password', user: 'ada' } },
      secrets: ['login.password'],
      identity: { account: 'open', user: 'ada' },
      failure: null,
      machines: [],
    });
    const row = await console_.runtime.database.prisma.credential.findUniqueOrThrow({ where: { id } });
    const told = JSON.stringify([listed, row, await events('credential.created')]);
    expect(told).not.toContain('correct horse');
  });

  it('invalid-input: with each problem at its field', async () => {
    const bad = { account: 'nowhere', login: { ...login, password: '' }, unheardOf: 1 };
    expect(await rejection(create(bad))).toMatchObject({
      code: 'input.invalid',
      fieldErrors: {
        'values.account': expect.any(String) as string,
        'values.login.password': expect.any(String) as string,
        'values.unheardOf': expect.any(String) as string,
      },
    });
    expect(await rejection(admin.call.credentials.create({ ...input(), driver: 'generic' }))).toMatchObject({
      code: 'driver.unsupported',
    });
    expect(await rejection(admin.call.credentials.create({ ...input(), driver: 'nowhere' }))).toMatchObject({
      code: 'driver.unknown',
    });
  });

  it('conflict: for a name that is taken', async () => {
    const { id } = await create();
    const name = (await find(id))?.name ?? '';
    expect(await rejection(admin.call.credentials.create({ ...input(), name }))).toMatchObject({
      code: 'credential.name-taken',
      fieldErrors: { name: expect.any(String) as string },
    });
  });

  it('refused: what the provider rejects, and stored only where it is asked for unchecked', async () => {
    const rejected = input({ account: 'rejected' });
    expect(await rejection(admin.call.credentials.create(rejected))).toMatchObject({ code: 'credential.rejected' });
    expect((await member.call.credentials.list({ team })).map(({ name }) => name)).not.toContain(rejected.name);
    const { id } = await admin.call.credentials.create({ ...rejected, isUnchecked: true });
    expect(await find(id)).toMatchObject({
      identity: null,
      failure: expect.stringContaining('does not know') as string,
    });
  });

  it('forbidden: for a member to create, and for a viewer to list', async () => {
    expect(await rejection(member.call.credentials.create(input()))).toMatchObject({ code: 'auth.forbidden' });
    expect(await rejection(viewer.call.credentials.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the team of somebody else', async () => {
    expect(await rejection(other.call.credentials.list({ team }))).toMatchObject({ code: 'team.not-found' });
    expect(await rejection(other.call.credentials.create(input()))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('credentials.update', () => {
  it('ok: keeps a secret that was left empty, and machines get the new values', async () => {
    const { id } = await create();
    const name = `renamed ${id}`;
    await admin.call.credentials.update({ team, id, name, values: { login: { kind: 'password', user: 'grace' } } });
    expect(await find(id)).toMatchObject({ name, identity: { user: 'grace' }, secrets: ['login.password'] });
    const asked = { team, driver, field: 'zone', options: { credentialId: id } };
    expect((await member.call.drivers.choices(asked))[0]?.description).toContain('grace');
    expect(JSON.stringify(await events('credential.changed'))).not.toContain('correct horse');
  });

  it('ok: leaves one sealed value behind, whatever is replaced', async () => {
    const { id } = await create();
    const secrets = () => console_.runtime.database.prisma.secret.count({ where: { team: { slug: team } } });
    const before = await secrets();
    await admin.call.credentials.update({
      team,
      id,
      name: `a ${id}`,
      values: { login: { ...login, password: 'new' } },
    });
    expect(await secrets()).toBe(before);
    await admin.call.credentials.update({ team, id, name: `b ${id}`, values: { login: { kind: 'nobody' } } });
    expect(await secrets()).toBe(before - 1);
  });

  it('refused: sending a stored secret to another address than the one it was entered for', async () => {
    const { id } = await create();
    const moved = { endpoint: 'https://elsewhere.test', login: { kind: 'password', user: 'ada' } };
    const update = (values: Record<string, unknown>) =>
      admin.call.credentials.update({ team, id, name: `moved ${id}`, values });
    expect(await rejection(update(moved))).toMatchObject({
      code: 'input.invalid',
      fieldErrors: { 'values.login.password': expect.any(String) as string },
    });
    await update({ ...moved, login });
    expect((await find(id))?.values).toMatchObject({ endpoint: 'https://elsewhere.test' });
  });

  it('forbidden: for a member', async () => {
    const { id } = await create();
    expect(await rejection(member.call.credentials.update({ ...input(), id }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: of another team', async () => {
    const { id } = await create();
    const foreign = { ...input(), team: other.team.slug, id };
    expect(await rejection(other.call.credentials.update(foreign))).toMatchObject({ code: 'credential.not-found' });
  });
});

describe('credentials.check', () => {
  it('ok: keeps who it was and says why it fails now', async () => {
    const { id } = await create();
    const { prisma } = console_.runtime.database;
    await prisma.credential.update({ where: { id }, data: { settings: { account: 'rejected', login } } });
    console_.clock.advance(60_000);
    expect(await member.call.credentials.check({ team, id })).toMatchObject({ failure: expect.any(String) as string });
    const listed = await find(id);
    expect(listed).toMatchObject({ identity: { user: 'ada' }, failure: expect.any(String) as string });
    expect(listed?.checkedAt).toEqual(console_.clock.now());
  });

  it('forbidden: for a viewer', async () => {
    const { id } = await create();
    expect(await rejection(viewer.call.credentials.check({ team, id }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: of another team', async () => {
    const { id } = await create();
    expect(await rejection(other.call.credentials.check({ team: other.team.slug, id }))).toMatchObject({
      code: 'credential.not-found',
    });
  });
});

describe('credentials.remove', () => {
  it('ok: with its sealed values', async () => {
    const { id } = await create();
    const { secretId } = await console_.runtime.database.prisma.credential.findUniqueOrThrow({ where: { id } });
    await admin.call.credentials.remove({ team, id });
    expect(await find(id)).toBeUndefined();
    expect(await console_.runtime.database.prisma.secret.count({ where: { id: secretId ?? '' } })).toBe(0);
  });

  it('conflict: while a machine needs it, which is named', async () => {
    const { id } = await create();
    const { name } = await machineWith(id);
    expect((await find(id))?.machines).toEqual([name]);
    const remove = () => admin.call.credentials.remove({ team, id });
    expect(await rejection(remove())).toMatchObject({ code: 'credential.in-use' });
    await expect(remove()).rejects.toThrow(name);
  });

  it('refused: a machine with a credential that is gone, or of another team, at its field', async () => {
    const { id } = await create();
    await admin.call.credentials.remove({ team, id });
    const fieldErrors = { 'options.credentialId': expect.any(String) as string };
    expect(await rejection(machineWith(id))).toMatchObject({ code: 'credential.not-found', fieldErrors });
  });

  it('forbidden: for a member', async () => {
    const { id } = await create();
    expect(await rejection(member.call.credentials.remove({ team, id }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: of another team', async () => {
    const { id } = await create();
    expect(await rejection(other.call.credentials.remove({ team: other.team.slug, id }))).toMatchObject({
      code: 'credential.not-found',
    });
  });
});

describe('drivers.choices', () => {
  const ask = (call: TestMember['call'], options: Record<string, unknown>, field = 'zone') =>
    call.drivers.choices({ team, driver, field, options });

  it('ok: asks with what the field depends on, and no other option', async () => {
    const { id } = await create();
    const choices = await ask(member.call, { credentialId: id, size: 'large', token: 'not for the provider' });
    expect(choices).toMatchObject([
      { value: 'north', label: 'Zone north', description: 'Large machines of ada', isDefault: true },
      { value: 'south' },
    ]);
  });

  it('ok: keeps an answer for a minute, and asks again at once after a failure', async () => {
    const { prisma } = console_.runtime.database;
    const { id } = await admin.call.credentials.create({ ...input({ account: 'down' }), isUnchecked: true });
    const set = (account: string) =>
      prisma.credential.update({ where: { id }, data: { settings: { account, login } } });
    expect(await rejection(ask(member.call, { credentialId: id }))).toMatchObject({ code: 'driver.unreachable' });
    await set('open');
    expect(await ask(member.call, { credentialId: id })).toHaveLength(2);
    await set('down');
    expect(await ask(member.call, { credentialId: id })).toHaveLength(2);
    console_.clock.advance(60_001);
    expect(await rejection(ask(member.call, { credentialId: id }))).toMatchObject({ code: 'driver.unreachable' });
  });

  it('invalid-input: for a field without choices, or before it can be asked', async () => {
    const { id } = await create();
    expect(await rejection(ask(member.call, { credentialId: id }, 'size'))).toMatchObject({ code: 'input.invalid' });
    expect(await rejection(ask(member.call, { credentialId: id }, 'constructor'))).toMatchObject({
      code: 'input.invalid',
    });
    expect(await rejection(ask(member.call, { credentialId: '' }))).toMatchObject({ code: 'input.invalid' });
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(ask(viewer.call, {}))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: with the credential of another team, whose answer is not shared either', async () => {
    const { id } = await create();
    await ask(member.call, { credentialId: id });
    const foreign = { team: other.team.slug, driver, field: 'zone', options: { credentialId: id } };
    expect(await rejection(other.call.drivers.choices(foreign))).toMatchObject({ code: 'credential.not-found' });
  });
});
