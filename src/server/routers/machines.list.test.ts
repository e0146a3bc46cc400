import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MachineOrder } from '@/lib/machine-filter';
import type { Prisma } from '@/server/db/generated/client';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let viewer: TestMember;
let member: TestMember;
let foreign: TestMember;

type Given = Partial<Prisma.MachineUncheckedCreateInput> & { readonly name: string };

const seed = (by: TestMember, machines: readonly Given[]) =>
  console_.runtime.database.prisma.machine.createMany({
    data: machines.map((machine, index) => ({
      id: `01900000-0000-7000-8000-${by.team.id.slice(-8)}${String(index).padStart(4, '0')}`,
      teamId: by.team.id,
      driver: 'generic',
      options: {},
      engineSettings: {},
      state: 'running',
      changedAt: new Date(Date.UTC(2026, 10, 1, 0, 0, index)),
      ...machine,
    })),
  });

const problem = (reason: string) => ({
  provider: { state: 'unknown', reason: null },
  network: { state: 'failed', reason },
  ssh: { state: 'unknown', reason: null },
  tls: { state: 'unknown', reason: null },
  engine: { state: 'unknown', reason: null },
});

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ owner, viewer, member, stranger: foreign } = await console_.seedCrew('owner', 'viewer', 'member', 'stranger'));
  await seed(foreign, [{ name: 'theirs' }]);
  await seed(owner, [
    { name: 'web-1', address: '192.0.2.7', labels: { env: 'prod', tier: 'a=b' }, facts: { engineVersion: '29.1.0' } },
    { name: 'web-2', address: '192.0.2.8', labels: { env: 'test' }, state: 'stopped', driver: 'fake' },
    {
      name: 'db_1',
      state: 'unreachable',
      problem: 'unreachable',
      ownerId: viewer.user.id,
      health: problem('Nobody is there.'),
    },
    { name: 'dbx1', state: 'degraded', problem: 'engine-down' },
  ]);
});
afterAll(() => console_.close());

const list = (filter: string, order: Partial<MachineOrder> = {}) =>
  viewer.call.machines.list({ team: viewer.team.slug, filter, ...order });
const namesOf = async (filter: string, order: Partial<MachineOrder> = {}) =>
  (await list(filter, order)).machines.map(({ name }) => name);

describe('machines.list', () => {
  it.each([
    ['', ['db_1', 'dbx1', 'web-1', 'web-2']],
    ['web', ['web-1', 'web-2']],
    ['WEB', ['web-1', 'web-2']],
    ['192.0.2 7', ['web-1']],
    ['env=prod', []],
    ['"env=prod"', ['web-1']],
    ['label=env=prod', ['web-1']],
    ['label=env', ['web-1', 'web-2']],
    ['label=env=other', []],
    ['label=tier=a=b', ['web-1']],
    ['state=running', ['web-1']],
    ['state=stopped state=RUNNING', ['web-1', 'web-2']],
    ['state=running name=db', []],
    ['driver=fake web 192', ['web-2']],
    ['address=0.2.8', ['web-2']],
    ['problem=engine-down problem=unreachable', ['db_1', 'dbx1']],
    ['name=b_1', ['db_1']],
    ["name=' name=%", []],
    ['colour=red', []],
  ])('ok: %j finds %j', async (filter, expected) => {
    expect(await namesOf(filter)).toEqual(expected);
  });

  it('ok: finds by owner, and tells why a machine is broken and how many there are', async () => {
    const page = await list(`owner=${viewer.user.email}`);
    expect(page).toMatchObject({ total: 4, matching: 1, nextCursor: null });
    expect(page.machines[0]).toMatchObject({
      name: 'db_1',
      owner: viewer.user.name,
      problem: 'unreachable',
      links: ['unknown', 'failed', 'unknown', 'unknown', 'unknown'],
      reason: 'Nobody is there.',
    });
  });

  it.each([
    ['name', ['db_1', 'dbx1', 'web-1', 'web-2']],
    ['state', ['db_1', 'dbx1', 'web-2', 'web-1']],
    ['driver', ['web-2', 'web-1', 'db_1', 'dbx1']],
    ['address', ['db_1', 'dbx1', 'web-1', 'web-2']],
    ['engine', ['web-2', 'db_1', 'dbx1', 'web-1']],
    ['changed', ['web-1', 'web-2', 'db_1', 'dbx1']],
  ] as const)('ok: pages by %s go on where the former one ended, both ways', async (sort, expected) => {
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      for (let cursor: string | null = null; ;) {
        const page: Awaited<ReturnType<typeof list>> = await viewer.call.machines.list({
          team: viewer.team.slug,
          sort,
          order,
          cursor,
          limit: 1,
        });
        seen.push(...page.machines.map(({ name }) => name));
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      expect(order === 'asc' ? seen : seen.reverse()).toEqual(expected);
    }
  });

  it('invalid-input: a cursor that is broken or of another order', async () => {
    const { nextCursor } = await viewer.call.machines.list({ team: viewer.team.slug, limit: 1 });
    const forged = Buffer.from(
      JSON.stringify({ sort: 'changed', order: 'asc', key: "'; drop", id: owner.user.id }),
    ).toString('base64url');
    const asked = [
      { cursor: 'nonsense' },
      { cursor: nextCursor, sort: 'state' as const },
      { cursor: nextCursor, order: 'desc' as const },
      { cursor: forged, sort: 'changed' as const },
    ];
    for (const input of asked) {
      expect(await rejection(viewer.call.machines.list({ team: viewer.team.slug, ...input }))).toMatchObject({
        code: 'input.invalid',
        fieldErrors: { cursor: expect.any(String) as string },
      });
    }
  });

  it('not-found: nobody of another team', async () => {
    expect(await rejection(foreign.call.machines.list({ team: owner.team.slug }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});

describe('machines.facets', () => {
  it("ok: counts the team's own machines", async () => {
    expect(await viewer.call.machines.facets({ team: viewer.team.slug })).toEqual({
      state: expect.arrayContaining([
        { value: 'running', count: 1 },
        { value: 'unreachable', count: 1 },
      ]) as unknown,
      problem: [
        { value: 'engine-down', count: 1 },
        { value: 'unreachable', count: 1 },
      ],
      driver: [
        { value: 'fake', count: 1 },
        { value: 'generic', count: 3 },
      ],
      label: [
        { value: 'env=prod', count: 1 },
        { value: 'env=test', count: 1 },
        { value: 'tier=a=b', count: 1 },
      ],
    });
  });
});

describe('machines.search', () => {
  it('ok: tells what the caller may do to each machine by role, owner, driver and state', async () => {
    await seed(member, [
      {
        id: '01900000-0000-7000-8000-00000000aaaa',
        name: 'own-1',
        state: 'stopped',
        ownerId: member.user.id,
      },
    ]);
    const canOf = async (who: TestMember, q: string) =>
      (await who.call.machines.search({ team: who.team.slug, q })).map(({ name, can }) => [name, can]);
    expect(await canOf(owner, 'web-1')).toEqual([
      ['web-1', ['restart', 'provision', 'apply-settings', 'upgrade', 'remove']],
    ]);
    expect(await canOf(member, 'web-1')).toEqual([['web-1', ['restart', 'provision']]]);
    expect(await canOf(viewer, 'web-1')).toEqual([['web-1', []]]);
    expect(await canOf(member, 'own-1')).toEqual([['own-1', ['remove']]]);
    expect(await canOf(owner, 'web-2')).toEqual([['web-2', ['start', 'remove']]]);
  });
});

describe('machines.search, names, rows and ownEngines', () => {
  it('ok: give small answers of the own team', async () => {
    const { slug } = viewer.team;
    expect(await viewer.call.machines.search({ team: slug, q: 'web', limit: 1 })).toEqual([
      { name: 'web-1', driver: 'generic', address: '192.0.2.7', state: 'running', can: [] },
    ]);
    expect(await viewer.call.machines.search({ team: slug, q: 'theirs' })).toEqual([]);
    expect(await viewer.call.machines.names({ team: slug, filter: 'web' })).toEqual({ names: ['web-1', 'web-2'] });
    const { machines } = await viewer.call.machines.rows({ team: slug, names: ['web-2', 'theirs', 'gone'] });
    expect(machines.map(({ name }) => name)).toEqual(['web-2']);
    expect(await viewer.call.machines.ownEngines({ team: slug })).toEqual([]);
    const { id } = await console_.runtime.database.prisma.machine.findFirstOrThrow({ where: { name: 'web-1' } });
    await console_.runtime.database.prisma.admission.create({
      data: { teamId: viewer.team.id, machineId: id, membershipId: viewer.actor.membershipId },
    });
    expect(await viewer.call.machines.ownEngines({ team: slug })).toEqual([
      { name: 'web-1', address: '192.0.2.7', enginePort: 2376 },
    ]);
  });
});
