import { describe, vi } from 'vitest';

import { itKeepsTheDriverContract } from '../contract';
import { DoubledHost } from './kvm.test-support';

// Every call starts processes, and the suite makes and removes hundreds of machines.
vi.setConfig({ testTimeout: 180_000 });

describe('the KVM driver', () => {
  itKeepsTheDriverContract(() => new DoubledHost().fixture());
});
