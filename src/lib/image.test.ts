import { describe, expect, it } from 'vitest';

import { imageFits, type ImageDemand } from './image';

const debian = { system: 'debian', format: 'qcow2', architecture: 'amd64' } as const;

describe('imageFits', () => {
  it.each<[string, ImageDemand | undefined, boolean]>([
    ['anything is accepted where nothing is said', undefined, true],
    ['the format is one of those', { formats: ['raw', 'qcow2'] }, true],
    ['the format is another', { formats: ['iso'] }, false],
    ['the system is another, whatever the format', { formats: ['qcow2'], systems: ['boot2docker'] }, false],
    ['the architecture is another', { architectures: ['arm64'] }, false],
    ['all three are right', { formats: ['qcow2'], systems: ['debian'], architectures: ['amd64'] }, true],
    ['nothing is accepted', { systems: [] }, false],
  ])('%s', (_situation, accepts, fits) => {
    expect(imageFits(debian, accepts)).toBe(fits);
  });
});
