import 'server-only';
import type { ShownHostKey } from '@/lib/host-check';
import type { SshAccess } from '@/server/drivers/driver';
import { invariant } from '@/server/errors/app-error';
import { countSsh } from '@/server/metrics/count-ssh';
import { connectSsh, type SshTarget } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';
import { acceptPinned, type PinnedHostKey, type PresentedHostKey } from '@/server/ssh/host-key';
import { fetchHostKey, probeBanner, probeTcp, resolveName } from '@/server/ssh/probe';

import { type Finding, found, type Probe } from './probe';

const timeoutMs = 10_000;
/** Below this a probe ends by its own deadline, whose error says what was being waited for. */
const innerTimeoutMs = timeoutMs - 500;

/** What the probes of one check learn and share. */
export class HostInView {
  readonly access: SshAccess;
  readonly pinned: readonly PinnedHostKey[];
  readonly target: SshTarget;
  hostKey: ShownHostKey | undefined;
  #connection: SshConnection | undefined;

  constructor(access: SshAccess, pinned: readonly PinnedHostKey[], target: SshTarget) {
    this.access = access;
    this.pinned = pinned;
    this.target = target;
  }

  async connect(signal: AbortSignal): Promise<SshConnection> {
    invariant(this.hostKey, 'the host key is looked at before the sign-in');
    const hostKey = acceptPinned(this.pinned.length > 0 ? this.pinned : [this.hostKey]);
    const connection = await connectSsh(this.target, { signal, hostKey, connectTimeoutMs: innerTimeoutMs });
    this.#connection = countSsh('check', connection);
    return this.#connection;
  }

  get connection(): SshConnection {
    invariant(this.#connection, 'probes on the host need the sign-in before');
    return this.#connection;
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }
}

async function judgeHostKey(
  presented: PresentedHostKey,
  pinned: readonly PinnedHostKey[],
): Promise<Finding & { hostKey: ShownHostKey }> {
  const shown = `${presented.fingerprint} (${presented.type})`;
  if (pinned.length === 0) return { ...found(shown), hostKey: { ...presented, verdict: 'new' } };
  const verdict = await acceptPinned(pinned).verify(presented);
  if (verdict === 'accept') return { ...found(`${shown}, as pinned`), hostKey: { ...presented, verdict: 'pinned' } };
  return {
    status: 'failed',
    message: `The host shows ${shown}, which is not the key that is pinned.`,
    advice:
      'It was installed anew, its address now belongs to another machine, or somebody stands in between. Find out which before you go on.',
    hostKey: { ...presented, verdict: 'changed' },
  };
}

/** From the name to the sign-in. Each stands on the one before. */
export function networkProbes(host: HostInView): readonly Probe[] {
  const { access } = host;
  const limits = (signal: AbortSignal) => ({ signal, timeoutMs: innerTimeoutMs, dial: host.target.dial });
  return [
    {
      id: 'name',
      needs: [],
      timeoutMs,
      run: async (signal) => {
        if (host.target.dial) return found('Looked up and reached by its hypervisor host');
        const addresses = await resolveName(access.host, limits(signal));
        const isAddress = addresses.length === 1 && addresses[0] === access.host;
        return found(isAddress ? 'An IP address, nothing to look up' : addresses.slice(0, 4).join(', '));
      },
    },
    {
      id: 'tcp',
      needs: ['name'],
      timeoutMs,
      run: async (signal) => {
        const { ms } = await probeTcp(access, limits(signal));
        return found(`Port ${access.port} answers within ${Math.max(1, ms)} ms`);
      },
    },
    {
      id: 'banner',
      needs: ['tcp'],
      timeoutMs,
      run: async (signal) => found((await probeBanner(access, limits(signal))).banner),
    },
    {
      id: 'host-key',
      needs: ['banner'],
      timeoutMs,
      run: async (signal) => {
        const preferredTypes = host.pinned.map((key) => key.type);
        const presented = await fetchHostKey(access, { ...limits(signal), preferredTypes });
        const finding = await judgeHostKey(presented, host.pinned);
        host.hostKey = finding.hostKey;
        return finding;
      },
    },
    {
      id: 'authentication',
      needs: ['host-key'],
      timeoutMs,
      run: async (signal) => {
        await host.connect(signal);
        return found(`Signed in as ${access.user}`);
      },
    },
  ];
}
