import type { ProvisionContext } from '../context';
import { restartSystemdEngine } from '../engine/restart-engine';
import { removeGate } from '../gate/set-up-gate';
import { configureEngine } from './configure-engine';
import { startGate } from './start-gate';
import {
  describeContainers,
  type EnforcementSwitched,
  putBack,
  type SwitchEnforcementInput,
} from './switch-enforcement';
import { verifyEngine } from './verify-engine';
import { writeEngineTls } from './write-engine-tls';

async function handOver(ctx: ProvisionContext, input: SwitchEnforcementInput): Promise<EnforcementSwitched> {
  const { port, settings, tls, endpoint } = input;
  await writeEngineTls(ctx, tls);
  await configureEngine(ctx, { settings, port });
  const restart = await restartSystemdEngine(ctx, { port });
  await verifyEngine(ctx, endpoint);
  return restart;
}

async function handBack(ctx: ProvisionContext, input: SwitchEnforcementInput): Promise<void> {
  const { port, settings } = input;
  await configureEngine(ctx, { settings, port, isGated: true });
  await restartSystemdEngine(ctx, { port, servedBy: 'gate' });
  await startGate(ctx, input);
}

/**
 * Lets the engine serve its port itself, with the trust file as its access list, and takes the gate away; the package stays until the
 * host is restored. The engine is restarted (containers go on, but in Swarm mode), open connections are cut. Proven from
 * the console; what fails on the way is put back. Throws what the parts throw. Idempotent.
 */
export async function switchToEngine(
  ctx: ProvisionContext,
  input: SwitchEnforcementInput,
): Promise<EnforcementSwitched> {
  let switched: EnforcementSwitched;
  try {
    switched = await handOver(ctx, input);
  } catch (error) {
    await putBack(ctx, 'The gate gets its port back.', () => handBack(ctx, input));
    throw error;
  }
  await removeGate(ctx);
  const { restarted, containersBefore, containersLost } = switched;
  ctx.log.info(`The engine serves port ${input.port} itself. ${describeContainers(switched)}`);
  return { restarted, containersBefore, containersLost };
}
