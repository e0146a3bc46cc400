import {
  type HostCheck,
  type HostCheckId,
  hostCheckIds,
  type HostCheckInput,
  type HostSeen,
  type Judge,
} from './checks/check';
import { judgeEngine, judgePort } from './checks/judge-engine';
import { judgeClock, judgeDisk, judgeOs, judgePackages, judgeSudo } from './checks/judge-system';
import { lookAtHost } from './checks/look-at-host';
import type { ProvisionContext } from './context';

const judges: Readonly<Record<HostCheckId, Judge>> = {
  sudo: judgeSudo,
  os: judgeOs,
  disk: judgeDisk,
  clock: judgeClock,
  packages: judgePackages,
  port: judgePort,
  engine: judgeEngine,
};

/**
 * The checks of a host that needs a sign-in, in order. Together they read the host once, when the first of them runs, and
 * judge what was read; nothing on the host is changed. A check throws only what the connection throws.
 */
export function hostChecks(input: HostCheckInput): readonly HostCheck[] {
  let seen: Promise<HostSeen> | undefined;
  const look = (ctx: ProvisionContext) => {
    seen ??= lookAtHost(ctx, input.port).catch((error: unknown) => {
      seen = undefined;
      throw error;
    });
    return seen;
  };
  return hostCheckIds.map((id) => ({ id, run: async (ctx) => judges[id](await look(ctx), input) }));
}
