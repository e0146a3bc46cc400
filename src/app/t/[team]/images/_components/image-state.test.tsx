import { describe, expect, it } from 'vitest';

import { render } from '@/app/_ui/render.test-support';
import type { Upload } from '@/app/_uploads/upload-store';
import type { ListedImage } from '@/lib/image';

import { ImageStateView } from './image-state';

const image: ListedImage = {
  id: '1',
  name: 'Debian 13',
  system: 'debian',
  format: 'qcow2',
  architecture: 'amd64',
  url: null,
  sha256: null,
  checksumGiven: false,
  sizeBytes: 1000,
  receivedBytes: 250,
  state: 'fetching',
  failure: null,
  createdBy: 'Ada',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  copies: [],
  machines: [],
  job: null,
  quietMs: null,
};

const url = 'https://mirror.example.test/x.qcow2';
const job = { id: 'job-1', state: 'running' } as const;

const draw = (over: Partial<ListedImage>, upload?: Upload) =>
  render(<ImageStateView team="harbour" image={{ ...image, ...over }} upload={upload} />);

const sending = (offset: number): Upload => ({
  progress: { offset, sizeBytes: 1000, isReady: false },
  problem: null,
});

describe('ImageStateView', () => {
  it('tells an upload that nobody sends from one that this window sends', () => {
    expect(draw({})).toContain('Upload stopped');
    expect(draw({ state: 'waiting', receivedBytes: 0 })).toContain('Upload stopped');
    const html = draw({}, sending(400));
    expect(html).toContain('Arriving');
    expect(html).toContain('400 B of 1000 B (40 %)');
    expect(html).not.toContain('Upload stopped');
  });

  it('tells an upload that somebody else sends now from one that has stopped, of which it says how much is here', () => {
    const html = draw({ quietMs: 9000 });
    expect(html).toContain('Arriving');
    expect(html).toContain('250 B of 1000 B (25 %)');
    expect(html).not.toMatch(/Upload stopped|Choose the same file/);
    expect(draw({ quietMs: 9000, receivedBytes: 1000 })).toContain('Being checked');
    for (const over of [{ quietMs: 10_000 }, { state: 'waiting', quietMs: 0 }] as const) {
      expect(draw(over)).toContain('Upload stopped');
      expect(draw(over)).toContain('250 B of 1000 B (25 %)');
    }
  });

  it('says that the whole is being checked once all of it is here', () => {
    expect(draw({}, sending(1000))).toContain('Being checked');
    expect(draw({ url, job, receivedBytes: 1000 })).toContain('Being checked');
  });

  it('tells how far a fetch is, also where its size is not known, and leads to its job', () => {
    expect(draw({ url, job })).toContain('250 B of 1000 B (25 %)');
    const unknown = draw({ url, job, sizeBytes: null });
    expect(unknown).toContain('250 B are here');
    expect(unknown).toContain('href="/t/harbour/jobs/job-1"');
    expect(draw({ url, job: { ...job, state: 'queued' }, state: 'waiting' })).toContain('Waiting');
  });

  it('tells why it has failed: as it is stored, and why this window could not go on', () => {
    expect(draw({ url, job, state: 'failed', failure: 'It has another checksum.' })).toContain(
      'It has another checksum.',
    );
    expect(draw({}, { progress: null, problem: 'The line broke.' })).toContain('The line broke.');
  });

  it('says no more than that of one that is ready', () => {
    const html = draw({ state: 'ready', receivedBytes: 1000 });
    expect(html).toContain('Ready');
    expect(html).not.toMatch(/1000 B|jobs/);
  });
});
