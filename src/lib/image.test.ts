import { describe, expect, it } from 'vitest';

import { imageFits, type ImageDemand, imagesRefetchMs, type ListedImage } from './image';

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

describe('imagesRefetchMs', () => {
  const uploaded: Pick<ListedImage, 'job'> = { job: null };
  const fetchedBy = (state: NonNullable<ListedImage['job']>['state']) => ({ job: { id: '1', state } });

  it.each(['queued', 'running', 'waiting', 'cancelling'] as const)(
    'looks again while a job that fetches is %s',
    (state) => {
      expect(imagesRefetchMs([uploaded, fetchedBy(state)])).toBeGreaterThan(0);
    },
  );

  it('stands still where nothing comes: no list yet, an upload that nobody sends, fetches that have ended', () => {
    expect(imagesRefetchMs(undefined)).toBe(false);
    expect(imagesRefetchMs([uploaded, fetchedBy('failed'), fetchedBy('cancelled')])).toBe(false);
  });
});
