import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { itKeepsTheDriverContract } from '../contract';
import { fixtureOf } from './bench.test-support';
import { Ec2Double } from './double/double.test-support';
import { judge, readModel } from './double/model.test-support';

// Each of the suite's crashes is a creation and a removal over HTTP.
vi.setConfig({ testTimeout: 180_000 });

let double: Ec2Double;

beforeEach(async () => {
  double = await new Ec2Double().start();
  double.tickMs = 3000;
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

const model = readModel();

describe("Amazon's description of EC2", () => {
  it.skipIf(model === null)(
    'judges every call above; skipped where ../shared/contracts/aws-ec2.json is not there',
    () => {
      const request = { MinCount: '1', MaxCount: 'one', ImageID: 'ami-1', MetadataOptions: { HttpTokens: 'perhaps' } };
      expect(model && judge(model, 'RunInstances', { request, answer: { instanceSet: [] } })).toEqual([
        'RunInstances.MaxCount: "one" is no number',
        'RunInstances.ImageID: is not in the model',
        'RunInstances.MetadataOptions.HttpTokens: "perhaps" is none of its values',
        'RunInstances answer.instanceSet: is not in the model',
      ]);
      expect(model && judge(model, 'RunInstances', { request: {} })).toEqual([
        'RunInstances.MaxCount: is required',
        'RunInstances.MinCount: is required',
      ]);
    },
  );
});
