import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import type { EngineEndpoint } from '../engine-client';
import type { EngineKeeper } from '../engine/engine-keeper';
import type { EngineRestart } from '../engine/restart-engine';
import { putBack } from './switch-enforcement';
import { verifyEngine } from './verify-engine';
import { writeTrust } from './write-engine-tls';

export interface ChangeTrustInput {
  /** The CAs of the members who may use the engine from now on, PEM, one after the other. */
  readonly trust: string;
  /** The console's own access, which must be among them. */
  readonly endpoint: EngineEndpoint;
}

/** The engine runs again with the access list that it had; why the new one failed stays the error. */
async function putBackTrust(
  ctx: ProvisionContext,
  former: Buffer | null,
  { keeper, port }: { keeper: EngineKeeper; port: number },
): Promise<void> {
  ctx.signal.throwIfAborted();
  if (!former) return;
  await putBack(ctx, 'The engine gets its former trust bundle back.', async () => {
    await writeTrust(ctx, former.toString('utf8'));
    await keeper.restart(ctx, { port });
  });
}

/**
 * Replaces the engine's access list. The engine reads it only at its start, so it is restarted: containers go on, new
 * connections wait the moment that it takes, open ones are cut. An engine that has the list already is left alone, and
 * proves in any case that it answers. One that does not come up, or does not answer, gets its former list back. Throws provision.engine-start-failed and provision.engine-verify-failed. Idempotent.
 * Source: a reload does not read the file again (measured on 20.10 and 26.1).
 */
export async function changeTrust(
  ctx: ProvisionContext,
  { trust, endpoint }: ChangeTrustInput,
): Promise<EngineRestart> {
  const keeper = await engineKeeper(ctx);
  const former = await ctx.host.read(keeper.tls.trust, ctx.signal);
  await writeTrust(ctx, trust);
  try {
    const result = await keeper.restart(ctx, { port: endpoint.port });
    await verifyEngine(ctx, endpoint);
    ctx.log.info(
      result.restarted ? 'The engine runs with the new trust bundle.' : 'The engine had this trust bundle already.',
    );
    return result;
  } catch (error) {
    await putBackTrust(ctx, former, { keeper, port: endpoint.port });
    throw error;
  }
}
