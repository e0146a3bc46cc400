/** How a stream stands. `refused` and `ended` are final until it is opened anew; `broken` is tried again. */
export type Connection = 'closed' | 'connecting' | 'live' | 'broken' | 'refused' | 'ended';

export interface StreamState {
  readonly connection: Connection;
  /** It has been live before: a gap in it is a reconnect. */
  readonly wasLive: boolean;
  /** Tries since it was live last; the wait before the next one grows with it. */
  readonly failures: number;
}

export const closedStream: StreamState = { connection: 'closed', wasLive: false, failures: 0 };

export type StreamChange =
  | { readonly type: 'opened' }
  | { readonly type: 'live' }
  | { readonly type: 'lost' }
  | { readonly type: 'failed' }
  | { readonly type: 'refused' }
  | { readonly type: 'ended' }
  | { readonly type: 'closed' };

/** What a stream's state becomes. Pure. */
export function streamChanged(state: StreamState, change: StreamChange): StreamState {
  switch (change.type) {
    case 'opened':
      return { ...state, connection: 'connecting' };
    case 'live':
      return { connection: 'live', wasLive: true, failures: 0 };
    case 'lost':
      return { ...state, connection: 'connecting' };
    case 'failed':
      return { ...state, connection: 'broken', failures: state.failures + 1 };
    case 'refused':
      return { ...state, connection: 'refused' };
    case 'ended':
      return { ...state, connection: 'ended', failures: 0 };
    case 'closed':
      return { ...state, connection: 'closed' };
  }
}

/** True while a stream that was live has a gap that is being mended. Pure. */
export const isReconnecting = ({ connection, wasLive, failures }: StreamState): boolean =>
  connection === 'broken' || (connection === 'connecting' && (wasLive || failures > 0));

const firstMs = 500;
const longestMs = 15_000;

/** How long to wait before the next try, in milliseconds: twice as long each time, up to a quarter of a minute. Pure. */
export const retryDelayMs = (failures: number): number => Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));

/** Whether an error is the API's answer (not allowed, not there) and no fault of the line. Pure. */
export function isRefusal(error: unknown): boolean {
  const data = (error as { data?: { httpStatus?: unknown } | null } | null)?.data;
  return typeof data?.httpStatus === 'number' && data.httpStatus >= 400 && data.httpStatus < 500;
}
