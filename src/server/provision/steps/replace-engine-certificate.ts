import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import type { EngineEndpoint } from '../engine-client';
import type { EngineRestart } from '../engine/restart-engine';
import { verifyEngine } from './verify-engine';
import { type EngineTls, writeEngineCertificate } from './write-engine-tls';

type Pair = Pick<EngineTls, 'certificate' | 'key'>;

export interface ReplaceEngineCertificateInput {
  readonly next: Pair;
  /** What the engine has now; null where the console does not know it. */
  readonly former: Pair | null;
  readonly endpoint: EngineEndpoint;
}

const putBack = async (ctx: ProvisionContext, former: Pair, port: number): Promise<void> => {
  ctx.log.info('The engine gets its former certificate back.');
  try {
    await writeEngineCertificate(ctx, former);
    await (await engineKeeper(ctx)).restart(ctx, { port });
    ctx.log.info('The engine runs with its former certificate.');
  } catch (error) {
    ctx.signal.throwIfAborted();
    ctx.log.info(`That failed as well: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/**
 * Gives an engine that serves its port itself another certificate. It reads that only at its start, so it is restarted with
 * live-restore: containers go on, open connections are cut. Where it does not come up or does not answer with it, the former
 * certificate is put back before the error goes on. Throws provision.engine-start-failed, provision.engine-verify-failed.
 * Idempotent: an engine that has the certificate already is left alone.
 */
export async function replaceEngineCertificate(
  ctx: ProvisionContext,
  { next, former, endpoint }: ReplaceEngineCertificateInput,
): Promise<EngineRestart> {
  await writeEngineCertificate(ctx, next);
  try {
    const result = await (await engineKeeper(ctx)).restart(ctx, { port: endpoint.port });
    await verifyEngine(ctx, endpoint);
    return result;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (former) await putBack(ctx, former, endpoint.port);
    throw error;
  }
}
