import { constants } from 'node:crypto';
import { createServer, type SecureVersion, type TLSSocket, type TlsOptions } from 'node:tls';

import { fingerprintOf } from '@/server/pki/certificate';

/** What is particular about the host in front of the engine. Nothing: it does what the gate does. */
export interface Faults {
  /** Looks at the certificate of new handshakes alone. */
  readonly trustsResumed?: boolean;
  readonly keepsStreams?: boolean;
  /** Does not look at revocations at all. */
  readonly forgets?: boolean;
  /** Asks for a certificate and lets in without one, or with anyone's. */
  readonly trustsAnyone?: boolean;
  /** Lets nobody in from the beginning. */
  readonly closed?: boolean;
  /** Lets nobody in after the revocation, as an engine that went down. */
  readonly dies?: boolean;
  readonly minVersion?: SecureVersion;
}

interface HostSetup {
  readonly server: { readonly certificatePem: string; readonly privateKeyPem: string };
  readonly clientCaPem: string;
}

export interface TestHost {
  readonly port: number;
  /** Admits these certificates from now on, by fingerprint, and ends the connections of all others. */
  admit(fingerprints: readonly string[]): void;
  close(): void;
}

const answer = (socket: TLSSocket, request: string) =>
  request.startsWith('GET /events')
    ? socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    : socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK');

const fingerprintOfPeer = (socket: TLSSocket): string => {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
  return raw ? fingerprintOf(raw) : '';
};

/** A TLS server with the faults, in front of something that answers like an engine. */
export async function startTestHost(setup: HostSetup, faults: Faults = {}): Promise<TestHost> {
  const isLax = faults.trustsResumed === true;
  let admitted = new Set<string>();
  const open = new Map<TLSSocket, string>();
  let changes = 0;
  const options: TlsOptions = {
    key: setup.server.privateKeyPem,
    cert: setup.server.certificatePem,
    ca: setup.clientCaPem,
    requestCert: true,
    ...(faults.minVersion && { minVersion: faults.minVersion }),
    rejectUnauthorized: faults.trustsAnyone !== true,
    ...(!isLax && { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
  const mayEnter = (socket: TLSSocket): boolean => {
    if (faults.closed || (faults.dies && changes > 1)) return false;
    if (faults.trustsAnyone && !socket.authorized) return true;
    if (isLax && socket.isSessionReused()) return true;
    return admitted.has(fingerprintOfPeer(socket));
  };
  const listener = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    if (!mayEnter(socket)) return socket.destroy();
    open.set(socket, fingerprintOfPeer(socket));
    socket.on('data', (chunk: Buffer) => answer(socket, chunk.toString()));
  });
  listener.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const place = listener.address();
  if (place === null || typeof place === 'string') throw new Error('no port');
  return {
    port: place.port,
    admit(fingerprints) {
      changes += 1;
      admitted = new Set(faults.forgets ? [...admitted, ...fingerprints] : fingerprints);
      if (faults.keepsStreams) return;
      for (const [socket, fingerprint] of open) if (!admitted.has(fingerprint)) socket.destroy();
    },
    close() {
      for (const socket of open.keys()) socket.destroy();
      listener.close();
    },
  };
}
