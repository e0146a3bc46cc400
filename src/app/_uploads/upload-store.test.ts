import { describe, expect, it, vi } from 'vitest';

import { createUploadStore, type Ending, type Sending, type UploadTarget } from './upload-store';

const target = { team: 'harbour', id: '1', name: 'Debian' };
const file = new Blob(['x']);

/** A store whose sendings end when the test says so. */
const bench = () => {
  const sendings: (Sending & { readonly arrive: () => void; readonly fail: (error: unknown) => void })[] = [];
  const endings: [UploadTarget, Ending][] = [];
  const store = createUploadStore({
    send: (sending) =>
      new Promise<void>((arrive, fail) => {
        sending.signal.addEventListener('abort', () => fail(new Error('aborted')));
        sendings.push({ ...sending, arrive, fail });
      }),
    problemOf: (error) => (error as Error).message,
    onEnded: (...ended) => endings.push(ended),
  });
  return { store, sendings, endings, of: () => store.all().get(target.id) };
};

const progress = { offset: 40, sizeBytes: 100, isReady: false };

describe('createUploadStore', () => {
  it('tells how far an upload is to whoever listens, also to one that comes later', () => {
    const { store, sendings, of } = bench();
    const listener = vi.fn<() => void>();
    const leave = store.subscribe(listener);
    store.start(target, file);
    expect(of()).toEqual({ progress: null, problem: null });
    leave();
    sendings[0]?.onProgress(progress);
    expect(listener).toHaveBeenCalledTimes(1);
    store.subscribe(listener);
    expect(of()).toEqual({ progress, problem: null });
    sendings[0]?.onProgress(progress);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('forgets an upload that has arrived, and says so once', async () => {
    const { store, sendings, endings, of } = bench();
    store.start(target, file);
    sendings[0]?.arrive();
    await vi.waitFor(() => expect(endings).toEqual([[target, { outcome: 'arrived' }]]));
    expect(of()).toBeUndefined();
    sendings[0]?.onProgress(progress);
    expect(of()).toBeUndefined();
  });

  it('keeps why an upload has failed until it is begun again', async () => {
    const { store, sendings, endings, of } = bench();
    store.start(target, file);
    sendings[0]?.fail(new Error('The disk is full.'));
    await vi.waitFor(() => expect(endings).toEqual([[target, { outcome: 'failed', problem: 'The disk is full.' }]]));
    expect(of()).toEqual({ progress: null, problem: 'The disk is full.' });
    store.start(target, file);
    expect(of()).toEqual({ progress: null, problem: null });
  });

  it('ends one that is stopped, and no other', async () => {
    const { store, sendings, endings, of } = bench();
    const other = { ...target, id: '2' };
    store.start(target, file);
    store.start(other, file);
    store.stop(target.id);
    await vi.waitFor(() => expect(endings).toEqual([[target, { outcome: 'stopped' }]]));
    expect(of()).toBeUndefined();
    expect(sendings[1]?.signal.aborted).toBe(false);
    expect(store.all().get('2')).toEqual({ progress: null, problem: null });
  });

  it('lets a second upload of an image take the place of the first', async () => {
    const { store, sendings, endings, of } = bench();
    store.start(target, file);
    store.start(target, file);
    expect(sendings[0]?.signal.aborted).toBe(true);
    sendings[1]?.onProgress(progress);
    sendings[0]?.onProgress({ ...progress, offset: 0 });
    expect(of()).toEqual({ progress, problem: null });
    sendings[1]?.arrive();
    await vi.waitFor(() => expect(endings).toEqual([[target, { outcome: 'arrived' }]]));
  });
});
