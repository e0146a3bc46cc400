import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import type { PortServer } from '../engine/restart';
import type { EngineRestart } from '../engine/restart-engine';

/**
 * Makes the engine run with the settings and certificates that are on the host, starting with the host from now on. An engine
 * that runs with them is left alone; containers of one that has to restart go on. Throws provision.engine-start-failed
 * with the reason from its journal, which is in the log as a whole, or provision.port-taken.
 */
export async function startEngine(
  ctx: ProvisionContext,
  { port, servedBy = 'engine' }: { port: number; servedBy?: PortServer },
): Promise<EngineRestart> {
  const result = await (await engineKeeper(ctx)).restart(ctx, { port, servedBy });
  const { restarted, containersBefore, containersLost, isSwarm } = result;
  const serves = servedBy === 'engine' ? `serves port ${port}` : 'listens on its unix socket';
  if (!restarted) ctx.log.info(`The engine runs with these settings already and ${serves}.`);
  else ctx.log.info(`The engine runs and ${serves}.`);
  if (restarted && containersBefore.length > 0) {
    const kept = containersBefore.length - containersLost.length;
    ctx.log.info(
      `Of ${containersBefore.length} running containers ${kept} run on${isSwarm ? '; a swarm starts its own again' : ''}.`,
    );
  }
  return result;
}
