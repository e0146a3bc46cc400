import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createTestConsole, type TestConsole } from '../../../../test/support/test-console';
import { consoleCredentials } from './console-credentials';

const hour = 60 * 60_000;
const day = 24 * hour;

let console_: TestConsole;
let team: { id: string; slug: string };

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());
beforeEach(async () => {
  team = await console_.seedTeam();
});

const prisma = () => console_.runtime.database.prisma;
const present = async () => {
  const { cert } = await consoleCredentials(console_.runtime, team.id);
  return new X509Certificate(cert).fingerprint256;
};
const wantedVersion = async (name: string) =>
  (await prisma().machine.findUniqueOrThrow({ where: { teamId_name: { teamId: team.id, name } } })).wantedVersion;

describe("the console's own certificate", () => {
  it('has a successor from half of its life on, which hosts are told of an hour before it is used', async () => {
    for (const enforcement of ['gate', 'engine'] as const) {
      await prisma().machine.create({
        data: { teamId: team.id, name: enforcement, enforcement, driver: 'fake', options: {}, engineSettings: {} },
      });
    }
    const first = await present();
    const before = await wantedVersion('gate');
    console_.clock.advance(14 * day);
    expect(await present()).toBe(first);
    expect(await wantedVersion('gate')).toBe(before);

    console_.clock.advance(day);
    expect(await present()).toBe(first);
    // An engine trusts the console's CA, so that nothing changes there.
    expect([await wantedVersion('gate'), await wantedVersion('engine')]).toEqual([before + 1, 0]);
    console_.clock.advance(hour - 1000);
    expect(await present()).toBe(first);
    console_.clock.advance(1000);
    const second = await present();
    expect(second).not.toBe(first);
    expect(await wantedVersion('gate')).toBe(before + 1);
  });

  it('is made anew at once where the last one has ended', async () => {
    const first = await present();
    console_.clock.advance(31 * day);
    expect(await present()).not.toBe(first);
  });

  it('is one, for callers side by side', async () => {
    const made = await Promise.all([present(), present(), present()]);
    expect(new Set(made).size).toBe(1);
  });
});
