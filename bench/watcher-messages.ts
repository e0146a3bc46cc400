import type { ClientPair, Target } from '@/server/self-test/tls-call';

/** What the bench asks its watcher for: to hold a stream on each host, and to knock on all until they refuse. */
export interface Watch {
  readonly pair: ClientPair;
  readonly targets: readonly Target[];
}

/** ready: every host lets the certificate in and holds its stream. Times are those of now(). */
export type WatcherMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly at: readonly number[]; readonly cutAt: readonly number[] }
  | { readonly kind: 'failed'; readonly why: string };
