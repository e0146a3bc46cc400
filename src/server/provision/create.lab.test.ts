import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type ProvisionLab, startProvisionLab } from './lab.test-support';

describe('create on a host with an engine', () => {
  let lab: ProvisionLab;
  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
  });
  afterAll(() => lab?.stop());

  it('works', async () => {
    try {
      const { results, timesMs } = await lab.create();
      console.log(
        timesMs,
        Object.values(timesMs).reduce((a, b) => a + b),
        JSON.stringify(results, null, 1),
      );
    } finally {
      console.log(lab.log.text());
    }
    expect(1).toBe(1);
  });
});
