import 'server-only';
import { createSecureContext, type SecureContext } from 'node:tls';

import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import type { Runtime } from '@/server/runtime';

/** Short enough that a rotation's next CA is trusted before the first engine shows it. */
const freshForMs = 10_000;

/** The console's certificate in a team and the engine CAs that it trusts, as of now. */
export const openTeamTls = async (runtime: Runtime, teamId: string): Promise<SecureContext> =>
  createSecureContext({ ...(await consoleCredentials(runtime, teamId)), minVersion: 'TLSv1.2' });

interface Kept {
  readonly atMs: number;
  readonly context: Promise<SecureContext>;
}

/** The same for many looks: read again after some seconds, and shared by all connections to a team's engines. */
export class TeamTls {
  readonly #runtime: Runtime;
  readonly #kept = new Map<string, Kept>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  of(teamId: string): Promise<SecureContext> {
    const nowMs = this.#runtime.clock.now().getTime();
    const kept = this.#kept.get(teamId);
    if (kept && nowMs - kept.atMs < freshForMs) return kept.context;
    const context = openTeamTls(this.#runtime, teamId);
    this.#kept.set(teamId, { atMs: nowMs, context });
    // What could not be read is read again by the next one that asks.
    context.catch(() => this.#kept.delete(teamId));
    return context;
  }
}
