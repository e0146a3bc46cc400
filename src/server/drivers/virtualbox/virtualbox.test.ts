import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, vi } from 'vitest';

import { itKeepsTheDriverContract } from '../contract';
import { VirtualBoxBench } from './bench.test-support';

vi.setConfig({ testTimeout: 280_000 });

const folder = mkdtempSync(join(tmpdir(), 'qm-vbox-'));
const benches: VirtualBoxBench[] = [];
afterAll(async () => {
  await Promise.all(benches.map((bench) => bench.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe('virtualbox driver', () => {
  itKeepsTheDriverContract(() => {
    const bench = new VirtualBoxBench(mkdtempSync(join(folder, 'w-')));
    benches.push(bench);
    return bench.fixture;
  });
});
