/** A way through an SSH server to an engine that only it reaches. */
export interface Tunnel {
  /** On the person's own computer. */
  readonly localPort: number;
  /** The engine, as the SSH server reaches it. */
  readonly address: string;
  readonly port: number;
  readonly ssh: { readonly host: string; readonly port: number; readonly user: string };
}

const inBrackets = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** Nothing that a shell would read: names, addresses and accounts that SSH takes. */
const plainWord = /^[A-Za-z0-9_][A-Za-z0-9_.:%-]*$/;

/**
 * The line that opens the tunnel, the same in every shell; it runs until it is ended. Throws RangeError for a word that a shell would
 * read as something else. Source: ssh(1), -N and -L.
 */
export function tunnelLine({ localPort, address, port, ssh }: Tunnel): string {
  for (const word of [address, ssh.host, ssh.user]) {
    if (!plainWord.test(word)) throw new RangeError('not a plain word');
  }
  for (const one of [localPort, port, ssh.port]) {
    if (!Number.isInteger(one) || one < 1 || one > 65_535) throw new RangeError(`not a port: ${one}`);
  }
  const forward = `127.0.0.1:${localPort}:${inBrackets(address)}:${port}`;
  return `ssh -N -L ${forward} ${ssh.port === 22 ? '' : `-p ${ssh.port} `}${ssh.user}@${ssh.host}`;
}
