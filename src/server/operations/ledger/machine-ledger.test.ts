import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTestConsole, type TestConsole } from '../../../../test/support/test-console';
import { machineLedger } from './machine-ledger';

let console_: TestConsole;
let teamId: string;
let otherTeamId: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  teamId = (await console_.seedTeam()).id;
  otherTeamId = (await console_.seedTeam()).id;
});
afterAll(() => console_.close());

const ledgerOf = (machineId: string, team = teamId) =>
  machineLedger(console_.runtime, { teamId: team, machineId, machineName: 'edge-1', driver: 'test' });

describe('machineLedger', () => {
  it('keeps a thing from its intent until it is gone, and its times after that', async () => {
    const ledger = ledgerOf('machine-1');
    const entry = await ledger.intend({ kind: 'instance', name: 'harbour-edge-1' });
    expect(await ledger.list()).toEqual([{ id: entry.id, kind: 'instance', name: 'harbour-edge-1', providerId: null }]);
    await ledger.created(entry.id, 'i-1');
    expect(await ledger.list()).toMatchObject([{ providerId: 'i-1' }]);
    await ledger.gone(entry.id);
    await ledger.gone(entry.id);
    expect(await ledger.list()).toEqual([]);
    const row = await console_.runtime.database.prisma.resource.findUniqueOrThrow({ where: { id: entry.id } });
    expect(row).toMatchObject({ providerId: 'i-1', goneAt: console_.clock.now(), machineName: 'edge-1' });
  });

  it('gives the same entry for the same intent after a crash, and a new one after the thing is gone', async () => {
    const ledger = ledgerOf('machine-2');
    const first = await ledger.intend({ kind: 'instance', name: 'n' });
    await ledger.created(first.id, 'i-2');
    expect(await ledgerOf('machine-2').intend({ kind: 'instance', name: 'n' })).toEqual({
      ...first,
      providerId: 'i-2',
    });
    await ledger.gone(first.id);
    expect((await ledger.intend({ kind: 'instance', name: 'n' })).id).not.toBe(first.id);
  });

  it('touches neither another machine nor another team', async () => {
    const entry = await ledgerOf('machine-3').intend({ kind: 'instance', name: 'n' });
    for (const other of [ledgerOf('machine-4'), ledgerOf('machine-3', otherTeamId)]) {
      expect(await other.list()).toEqual([]);
      await other.created(entry.id, 'stolen');
      await other.gone(entry.id);
    }
    expect(await ledgerOf('machine-3').list()).toEqual([entry]);
  });
});
