import { deadlineIn } from './attempt';
import { SshConnection } from './connection';
import { type Dial, dial as dialDirectly, type SshEndpoint } from './dial';
import { handshake } from './handshake';
import type { HostKeyPolicy } from './host-key';
import { openPrivateKey } from './private-key';

export interface SshTarget extends SshEndpoint {
  readonly user: string;
  /** A private key as text; see parsePrivateKey for the formats. */
  readonly privateKey: string;
  readonly passphrase?: string;
  /** For sudo, where it asks for one. */
  readonly sudoPassword?: string;
  /** How its port is reached. Left out: from the console. */
  readonly dial?: Dial;
}

export interface ConnectOptions {
  readonly signal: AbortSignal;
  readonly hostKey: HostKeyPolicy;
  /** For the whole way, from the name to the sign-in. Default 15 s. */
  readonly connectTimeoutMs?: number;
  /** How often a silent host is asked for a sign of life; the connection ends at the third silence. Default 5 s. */
  readonly keepaliveMs?: number;
}

/**
 * Signs in to a host with a key. The host proves its key, and `hostKey` accepts it, before anything is sent.
 * Throws, each with its own sentence: ssh.key-invalid, ssh.name-unknown, ssh.timeout, ssh.port-closed, ssh.unreachable,
 * ssh.not-ssh, ssh.algorithms-unsupported, ssh.host-key-changed, ssh.auth-rejected, ssh.connection-lost; or the
 * signal's reason. The caller closes the connection.
 */
export async function connectSsh(target: SshTarget, options: ConnectOptions): Promise<SshConnection> {
  const { signal, hostKey, connectTimeoutMs = 15_000, keepaliveMs } = options;
  const key = await openPrivateKey(target.privateKey, target.passphrase);
  const left = deadlineIn(connectTimeoutMs);
  const { dial = dialDirectly } = target;
  const socket = await dial(target, { signal, timeoutMs: left() });
  const handshaken = await handshake(
    socket,
    { endpoint: target, hostKey, account: { user: target.user, key }, ...(keepaliveMs && { keepaliveMs }) },
    { signal, timeoutMs: left() },
  );
  return new SshConnection(handshaken.client, {
    host: target.host,
    user: target.user,
    sudoPassword: target.sudoPassword,
    hostKey: handshaken.hostKey,
  });
}
