import { describe, expect, it } from 'vitest';

import { paths } from './paths';

describe('paths', () => {
  it('encodes what stands in a segment, so that no name can leave its place', () => {
    expect(paths.machine('harbour', '../../setup?x=1#y')).toBe('/t/harbour/machines/..%2F..%2Fsetup%3Fx%3D1%23y');
  });

  it('leaves out query values that are empty, so that one view has one address', () => {
    expect(paths.machines('harbour', { q: '', sort: undefined })).toBe('/t/harbour/machines');
  });

  it('keeps a filter with equals signs and spaces whole', () => {
    const url = new URL(paths.machines('harbour', { q: 'label=env=prod name="a b"' }), 'https://console.example.com');
    expect(url.searchParams.get('q')).toBe('label=env=prod name="a b"');
  });

  it('gives the overview of a machine no segment of its own', () => {
    expect(paths.machine('harbour', 'edge-1')).toBe('/t/harbour/machines/edge-1');
    expect(paths.machine('harbour', 'edge-1', 'connect')).toBe('/t/harbour/machines/edge-1/connect');
  });

  it('links to a line of a job', () => {
    expect(paths.job('harbour', 'j1', { line: 12 })).toBe('/t/harbour/jobs/j1#L12');
  });
});
