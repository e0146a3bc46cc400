import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import { amazonec2 } from '.';
import { Bench, type DriverFixture, noWorld, type ProviderUnderTest } from '../contract-bench.test-support';
import { connectAws } from './connect';
import { Ec2Double, testKeys } from './double/double.test-support';

export const credentialId = '01900000-0000-7000-8000-000000000001';
export const machineKey = {
  id: '01900000-0000-7000-8000-000000000002',
  publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDVtbXltbXltbXltbXltbXltbXltbXltbXltbXltbXlt quaymaster edge-1',
};

export const credentialOf = (url: string, identity: object = { kind: 'keys', ...testKeys }) => ({
  identity,
  region: 'us-east-1',
  endpoint: url,
});

export interface FixtureChanges {
  readonly options?: Record<string, unknown>;
  readonly identity?: object;
}

/** The driver with AWS's own SDK, in front of a double. */
export function fixtureOf(double: Ec2Double, { options = {}, identity }: FixtureChanges = {}): DriverFixture {
  const provider: ProviderUnderTest = {
    things: () => Promise.resolve(double.account.things()),
    onCall: () => undefined,
    move: () => {
      for (const instance of double.account.instances) instance.publicAddress = '198.51.100.99';
      return Promise.resolve();
    },
  };
  return {
    driver: amazonec2({
      connect: connectAws((moment) => provider.onCall(moment)),
      findOwnAddress: () => Promise.resolve('203.0.113.9'),
    }),
    options: { credentialId, region: 'eu-central-1', ...options },
    provider,
    world: {
      ...noWorld,
      credential: () => Promise.resolve(credentialOf(double.url, identity)),
      sshKey: () => Promise.resolve(machineKey),
    },
  };
}

/** One double for the tests of a file, with an account of its own for each; all of its calls have to be as Amazon describes them. */
export function sharedDouble() {
  const double = new Ec2Double();
  beforeAll(() => double.start());
  afterAll(() => double.stop());
  beforeEach(() => double.renew());
  afterEach(() => double.assertUnderstood());
  return {
    double,
    benchOf: (options: Record<string, unknown> = {}, changes: FixtureChanges = {}) =>
      new Bench(fixtureOf(double, { ...changes, options })),
  };
}

/** How a call was refused, and at which fields. */
export async function refusal(call: Promise<unknown> | undefined) {
  try {
    await call;
  } catch (error) {
    if (error instanceof AppError) {
      return { code: error.code, says: error.public, at: Object.keys(error.fieldErrors ?? {}) };
    }
    throw error;
  }
  throw new Error('the call was not refused');
}
