'use client';

import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';

import { paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { NotTheFile, sendFile, UploadRefused } from './send-file';
import {
  createUploadStore,
  type Ending,
  type Sending,
  type Upload,
  type UploadStore,
  type UploadTarget,
} from './upload-store';

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

const Context = createContext<UploadStore | undefined>(undefined);

const none: ReadonlyMap<string, Upload> = new Map();
const noneYet = () => none;

/** Holds what this window uploads, so that it goes on while other pages are looked at; closing the window asks first. */
export function UploadsProvider({ children }: { readonly children: ReactNode }) {
  const store = useStore();
  const uploads = useSyncExternalStore(store.subscribe, store.all, noneYet);
  useLeaveWarning([...uploads.values()].some(({ problem }) => problem === null));
  return <Context value={store}>{children}</Context>;
}

function useStore(): UploadStore {
  const t = useTranslations('images.upload');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [store] = useState(() => {
    const problemOf = (error: unknown): string => {
      if (error instanceof UploadRefused) return error.message;
      return error instanceof NotTheFile ? t(`other.${error.differs}`) : t('broken');
    };
    const send = ({ target: { team, id }, ...sending }: Sending) =>
      sendFile({
        ...sending,
        url: paths.imageContent(team, id),
        ask: () => client.images.upload.query({ team, id }),
        send: (url, init) => fetch(url, init),
        pause: (ms) => pauseFor(ms, sending.signal),
      });
    const tell = ({ team, name }: UploadTarget, ending: Ending) => {
      // There it stands in the table.
      if (ending.outcome === 'stopped' || window.location.pathname === paths.images(team)) return;
      if (ending.outcome === 'arrived') return notifications.show({ title: name, message: t('arrived') });
      notifications.show({ title: t('failed', { name }), message: ending.problem, color: 'red', autoClose: false });
    };
    const onEnded = (target: UploadTarget, ending: Ending) => {
      tell(target, ending);
      void queries.invalidateQueries({ queryKey: trpc.images.pathKey() });
    };
    return createUploadStore({ send, problemOf, onEnded });
  });
  return store;
}

function useLeaveWarning(isUploading: boolean): void {
  useEffect(() => {
    if (!isUploading) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUploading]);
}

export interface Uploads extends Pick<UploadStore, 'start' | 'stop'> {
  readonly of: (image: string) => Upload | undefined;
}

/** What this window uploads, wherever it was begun. */
export function useUploads(): Uploads {
  const store = useContext(Context);
  if (!store) throw new Error('uploads are asked for outside of their provider');
  const uploads = useSyncExternalStore(store.subscribe, store.all, noneYet);
  return useMemo(() => ({ ...store, of: (image) => uploads.get(image) }), [store, uploads]);
}
