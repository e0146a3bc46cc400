import type { SecureVersion } from 'node:tls';

import { type ClientPair, openCall, type Target } from './tls-call';

/** What a client could keep of a connection that was let in, to come back with later. */
export type SavedSession = { readonly version: SecureVersion } & (
  | {
      readonly session: Buffer;
      /** Whether the server itself offered it. Without an offer it is only what the client remembers of the handshake. */
      readonly offered: boolean;
    }
  | {
      readonly session: null;
      readonly offered: false;
      /** Whether the server was there and did not want this connection, for instance because of its version. */
      readonly refused: boolean;
      readonly why: string;
    }
);

/** Makes a connection with the certificate while it is still let in, and keeps its session. In TLS 1.3 tickets precede the answer. */
export async function saveSession(
  target: Target,
  { pair, version, timeoutMs }: { pair: ClientPair; version: SecureVersion; timeoutMs: number },
): Promise<SavedSession> {
  const { socket, end } = openCall(target, { pair, version, path: '/_ping' }, timeoutMs);
  let given: Buffer | undefined;
  socket.on('session', (session: Buffer) => (given = session));
  try {
    const ended = await end;
    if (ended.kind !== 'answered') {
      return { version, session: null, offered: false, refused: ended.kind === 'refused', why: ended.why };
    }
    const session = given ?? socket.getSession();
    return session
      ? { version, session, offered: given !== undefined }
      : { version, session: null, offered: false, refused: false, why: 'The connection left nothing to keep.' };
  } finally {
    socket.destroy();
  }
}
