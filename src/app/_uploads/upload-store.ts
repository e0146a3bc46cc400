import type { Uploaded } from './send-file';

/** An upload of this window: how far it is, or why it has stopped. */
export interface Upload {
  readonly progress: Uploaded | null;
  readonly problem: string | null;
}

/** The image that a file becomes. */
export interface UploadTarget {
  readonly team: string;
  readonly id: string;
  readonly name: string;
}

export interface Sending {
  readonly target: UploadTarget;
  readonly file: Blob;
  readonly signal: AbortSignal;
  readonly onProgress: (uploaded: Uploaded) => void;
}

/** How an upload ended: by itself, because somebody stopped it, or with a problem, in a sentence. */
export type Ending =
  | { readonly outcome: 'arrived' }
  | { readonly outcome: 'stopped' }
  | { readonly outcome: 'failed'; readonly problem: string };

export interface UploadStoreOptions {
  /** Ends when all of it is there. */
  readonly send: (sending: Sending) => Promise<void>;
  /** Says in a sentence why it threw. */
  readonly problemOf: (error: unknown) => string;
  /** Not called for an upload that another one of the same image has taken the place of. */
  readonly onEnded: (target: UploadTarget, ending: Ending) => void;
}

/** The uploads of this window by the ids of their images. What has arrived or was stopped is not among them; what has failed is. */
export interface UploadStore {
  readonly all: () => ReadonlyMap<string, Upload>;
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes the place of an upload of the same image. */
  readonly start: (target: UploadTarget, file: Blob) => void;
  readonly stop: (id: string) => void;
}

export function createUploadStore({ send, problemOf, onEnded }: UploadStoreOptions): UploadStore {
  let uploads: ReadonlyMap<string, Upload> = new Map();
  const controllers = new Map<string, AbortController>();
  const listeners = new Set<() => void>();

  const note = (id: string, upload: Upload | null) => {
    const next = new Map(uploads);
    if (upload) next.set(id, upload);
    else next.delete(id);
    uploads = next;
    listeners.forEach((notify) => notify());
  };

  const run = async (target: UploadTarget, file: Blob): Promise<void> => {
    const { id } = target;
    const controller = new AbortController();
    const { signal } = controller;
    controllers.get(id)?.abort();
    controllers.set(id, controller);
    const isCurrent = () => controllers.get(id) === controller;
    const onProgress = (progress: Uploaded) => isCurrent() && note(id, { progress, problem: null });
    const end = (ending: Ending) => {
      if (!isCurrent()) return;
      controllers.delete(id);
      note(id, ending.outcome === 'failed' ? { progress: null, problem: ending.problem } : null);
      onEnded(target, ending);
    };
    note(id, { progress: null, problem: null });
    try {
      await send({ target, file, signal, onProgress });
      end({ outcome: 'arrived' });
    } catch (error) {
      end(signal.aborted ? { outcome: 'stopped' } : { outcome: 'failed', problem: problemOf(error) });
    }
  };

  return {
    all: () => uploads,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: (target, file) => void run(target, file),
    stop: (id) => controllers.get(id)?.abort(),
  };
}
