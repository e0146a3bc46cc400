'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useCallback, useEffect, useRef, useState } from 'react';

import { paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { NotTheFile, sendFile, type Uploaded, UploadRefused } from './send-file';

/** An upload of this page: how far it is, or why it has stopped. */
export interface Upload {
  readonly progress: Uploaded | null;
  readonly problem: string | null;
}

export interface Uploads {
  readonly of: (image: string) => Upload | undefined;
  readonly start: (image: string, file: File) => void;
  readonly stop: (image: string) => void;
}

/** Ends early where the upload is stopped. */
const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });

const useLeaveWarning = (isUploading: boolean) => {
  useEffect(() => {
    if (!isUploading) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUploading]);
};

/** The uploads that this page sends; leaving it stops them, and choosing the same file again goes on. */
export function useUploads(team: string): Uploads {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<ReadonlyMap<string, Upload>>(new Map());
  const controllers = useRef(new Map<string, AbortController>());

  useEffect(() => {
    const all = controllers.current;
    return () => all.forEach((controller) => controller.abort());
  }, []);
  useLeaveWarning([...uploads.values()].some(({ problem }) => problem === null));

  const note = useCallback((image: string, upload: Upload | null) => {
    setUploads((before) => {
      const next = new Map(before);
      if (upload) next.set(image, upload);
      else next.delete(image);
      return next;
    });
  }, []);

  const problemOf = (error: unknown): string => {
    if (error instanceof UploadRefused) return error.message;
    return error instanceof NotTheFile ? t(`upload.other.${error.differs}`) : t('upload.broken');
  };
  const start = async (image: string, file: File) => {
    const controller = new AbortController();
    controllers.current.get(image)?.abort();
    controllers.current.set(image, controller);
    note(image, { progress: null, problem: null });
    try {
      await sendFile({
        file,
        url: paths.imageContent(team, image),
        ask: () => client.images.upload.query({ team, id: image }),
        send: (url, init) => fetch(url, init),
        pause: (ms) => pauseFor(ms, controller.signal),
        signal: controller.signal,
        onProgress: (progress) => note(image, { progress, problem: null }),
      });
      note(image, null);
    } catch (error) {
      note(image, controller.signal.aborted ? null : { progress: null, problem: problemOf(error) });
    } finally {
      if (controllers.current.get(image) === controller) controllers.current.delete(image);
      await queries.invalidateQueries({ queryKey: trpc.images.pathKey() });
    }
  };

  return {
    of: (image) => uploads.get(image),
    start: (image, file) => void start(image, file),
    stop: (image) => controllers.current.get(image)?.abort(),
  };
}
