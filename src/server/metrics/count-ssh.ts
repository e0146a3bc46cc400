import 'server-only';
import { metrics } from './metrics';

/** What a connection to a host serves: a job, who gets in, a check before a creation. */
export type SshUse = 'job' | 'admission' | 'check';

/** Counts an SSH connection for as long as it is open, and returns it. */
export function countSsh<T extends { onClose(listener: () => void): void }>(use: SshUse, connection: T): T {
  const { sshConnections } = metrics();
  sshConnections.inc({ use });
  connection.onClose(() => sshConnections.dec({ use }));
  return connection;
}
