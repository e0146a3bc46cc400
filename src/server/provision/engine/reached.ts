import type { Duplex } from 'node:stream';

/** An address and port, and how they are reached where that is not by the console itself. */
export interface Reached {
  /** Host name or IP literal. */
  readonly address: string;
  readonly port: number;
  /** Makes a connection there; TLS is spoken over it. */
  readonly connect?: (() => Duplex) | undefined;
}

/** What tls.connect and https.request take to get there; where something else connects, for one connection only. */
export const socketOptions = ({ address: host, port, connect }: Reached) => ({
  host,
  port,
  ...(connect && { socket: connect() }),
});
