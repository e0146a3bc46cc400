import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';
import { createCaller } from './root';

let console_: TestConsole;
let member: TestMember;
let viewer: TestMember;
let team: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  ({ team, member, viewer } = await console_.seedCrew('member', 'viewer'));
});
afterAll(() => console_.close());

const inProduction = () =>
  createCaller({
    runtime: { ...console_.runtime, env: { ...console_.runtime.env, development: false } },
    signedIn: { sessionId: 'session', user: member.user },
    address: undefined,
    requestId: 'test-request',
  });

describe('drivers.list', () => {
  it('ok: offers the development drivers in development only', async () => {
    const all = await member.call.drivers.list({ team });
    const offered = await inProduction().drivers.list({ team });
    expect(all.length).toBeGreaterThan(offered.length);
    expect(offered).toContainEqual(expect.objectContaining({ label: 'Existing host', provisioning: 'ssh' }));
    expect(offered.every(({ availability }) => availability === 'production')).toBe(true);
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.drivers.list({ team }))).toMatchObject({ code: 'auth.forbidden' });
  });

  it('not-found: for the team of somebody else', async () => {
    const other = await console_.seedTeam();
    expect(await rejection(member.call.drivers.list({ team: other.slug }))).toMatchObject({ code: 'team.not-found' });
  });
});

describe('drivers.describe', () => {
  it('ok: gives the JSON schema of options and engine with their metadata', async () => {
    const { options, engine, unsupported } = await member.call.drivers.describe({ team, driver: 'generic' });
    expect(options).toMatchObject({
      additionalProperties: false,
      required: ['address', 'sshKeyId'],
      properties: {
        address: { type: 'string', title: 'Address' },
        sshPort: { type: 'integer', default: 22, minimum: 1, maximum: 65_535 },
        sudoPassword: { secret: true },
        sshKeyId: { widget: 'ssh-key' },
      },
    });
    expect(engine?.properties?.['source']?.oneOf?.length).toBeGreaterThan(1);
    expect(unsupported.map((one) => one.verb)).toEqual(['start', 'stop', 'kill', 'pause', 'save']);
  });

  it('ok: has no engine settings where there is no host to sign in to', async () => {
    expect(await member.call.drivers.describe({ team, driver: 'fake' })).toMatchObject({ engine: null });
  });

  it('invalid-input: for a driver that is not on offer', async () => {
    expect(await rejection(member.call.drivers.describe({ team, driver: 'nowhere' }))).toMatchObject({
      code: 'driver.unknown',
    });
    expect(await rejection(inProduction().drivers.describe({ team, driver: 'fake' }))).toMatchObject({
      code: 'driver.unknown',
    });
  });

  it('forbidden: for a viewer', async () => {
    expect(await rejection(viewer.call.drivers.describe({ team, driver: 'generic' }))).toMatchObject({
      code: 'auth.forbidden',
    });
  });

  it('not-found: for the team of somebody else', async () => {
    const other = await console_.seedTeam();
    expect(await rejection(member.call.drivers.describe({ team: other.slug, driver: 'generic' }))).toMatchObject({
      code: 'team.not-found',
    });
  });
});
