import type { ProvisionContext } from '../context';
import type { EngineEndpoint } from '../engine-client';
import { type EngineRestart, restartEngine } from '../engine/restart-engine';
import { verifyEngine } from './verify-engine';
import { writeTrust } from './write-engine-tls';

export interface ChangeTrustInput {
  /** The CAs of the members who may use the engine from now on, PEM, one after the other. */
  readonly trust: string;
  /** The console's own access, which must be among them. */
  readonly endpoint: EngineEndpoint;
}

/**
 * Replaces the engine's access list. The engine reads it only at its start, so it is restarted: containers go on, new
 * connections wait the moment that it takes, open ones are cut. An engine that has the list already is left alone, and
 * proves in any case that it answers. Throws provision.engine-start-failed and provision.engine-verify-failed. Idempotent.
 * Source: a reload does not read the file again (measured on 20.10 and 26.1).
 */
export async function changeTrust(
  ctx: ProvisionContext,
  { trust, endpoint }: ChangeTrustInput,
): Promise<EngineRestart> {
  await writeTrust(ctx, trust);
  const result = await restartEngine(ctx, { port: endpoint.port });
  await verifyEngine(ctx, endpoint);
  ctx.log.info(
    result.restarted ? 'The engine runs with the new trust bundle.' : 'The engine had this trust bundle already.',
  );
  return result;
}
