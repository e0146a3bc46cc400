import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { itKeepsTheDriverContract } from '../contract';
import { fixtureOf } from './ec2-bench.test-support';
import { Ec2Double } from './ec2-double.test-support';
import { modelPath, readModel } from './ec2-model.test-support';

let double: Ec2Double;

beforeEach(async () => {
  double = await new Ec2Double().start();
});
afterEach(async () => {
  await double.stop();
  double.assertUnderstood();
});

/** A world of its own at each call: the server stays, its account is another one. */
const fresh = (options: Record<string, unknown> = {}) => {
  double.renew();
  return fixtureOf(double, { options });
};

describe('amazonec2 driver', () => {
  itKeepsTheDriverContract(() => fresh());
});

describe('amazonec2 driver, spot instances', () => {
  itKeepsTheDriverContract(() => fresh({ isSpot: true, spotInterruption: 'stop' }));
});

describe("Amazon's description of EC2", () => {
  it.skipIf(readModel() !== null)(`is skipped: there is no ${modelPath}`, () => {
    expect(readModel()).toBeNull();
  });
});
