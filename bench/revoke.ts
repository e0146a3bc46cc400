import type { Figure } from './figure';
import { benchRevokeHosts } from './revoke-hosts';
import { benchRevokeSimulated } from './revoke-simulated';

/** How fast a revocation takes effect: on ten real hosts, and on 500 simulated ones. */
export async function benchRevoke(): Promise<Figure[]> {
  const simulated = await benchRevokeSimulated();
  return [...(await benchRevokeHosts()), ...simulated];
}
