import { describe, expect, it } from 'vitest';

import { imageFits, type ImageDemand, imagesRefetchMs, type ListedImage, uploadArrives } from './image';

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
  type Moving = Pick<ListedImage, 'job' | 'quietMs'>;
  const uploaded = (quietMs: number | null): Moving => ({ job: null, quietMs });
  const fetchedBy = (state: NonNullable<ListedImage['job']>['state']) => ({ job: { id: '1', state }, quietMs: null });

  it.each(['queued', 'running', 'waiting', 'cancelling'] as const)(
    'looks again while a job that fetches is %s',
    (state) => {
      expect(imagesRefetchMs([uploaded(null), fetchedBy(state)])).toBeGreaterThan(0);
    },
  );

  it('looks again, less often, while an upload moves or has stopped within a minute', () => {
    const often = imagesRefetchMs([fetchedBy('running')]);
    for (const quietMs of [0, 59_999]) expect(imagesRefetchMs([uploaded(quietMs)])).toBeGreaterThan(Number(often));
  });

  it('stands still where nothing comes: no list yet, an upload that nobody sends, fetches that have ended', () => {
    expect(imagesRefetchMs(undefined)).toBe(false);
    expect(imagesRefetchMs([uploaded(null), uploaded(60_000), fetchedBy('failed'), fetchedBy('cancelled')])).toBe(
      false,
    );
  });
});

describe('uploadArrives', () => {
  it('is so while bytes came within the last seconds', () => {
    expect(uploadArrives({ state: 'fetching', quietMs: 9999 })).toBe(true);
    expect(uploadArrives({ state: 'fetching', quietMs: 10_000 })).toBe(false);
    expect(uploadArrives({ state: 'fetching', quietMs: null })).toBe(false);
    expect(uploadArrives({ state: 'waiting', quietMs: 0 })).toBe(false);
  });
});
