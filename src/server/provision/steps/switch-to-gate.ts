import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { detectSystem } from '../detect-os';
import { restartSystemdEngine } from '../engine/restart-engine';
import { pushAdmission } from '../gate/push-admission';
import { readHaproxyVersion, removeGate, startWrittenGate, writeGate } from '../gate/set-up-gate';
import { engineFolder } from '../host/paths';
import { runScript } from '../host/run';
import { configureEngine } from './configure-engine';
import { installGate } from './install-gate';
import {
  describeContainers,
  type EnforcementSwitched,
  putBack,
  type SwitchEnforcementInput,
} from './switch-enforcement';
import { verifyEngine } from './verify-engine';
import { writeEngineTls } from './write-engine-tls';

export interface SwitchedToGate extends EnforcementSwitched {
  readonly haproxyVersion: string;
}

async function handOver(ctx: ProvisionContext, input: SwitchEnforcementInput): Promise<EnforcementSwitched> {
  const { port, settings, admission, endpoint } = input;
  const { changed } = await writeGate(ctx, input);
  await configureEngine(ctx, { settings, port, isGated: true });
  const restart = await restartSystemdEngine(ctx, { port, servedBy: 'gate' });
  // Where the engine had left the port already, as after a switch that broke off.
  await startWrittenGate(ctx, { port, changed: changed && !restart.restarted });
  await pushAdmission(ctx, admission);
  await verifyEngine(ctx, endpoint);
  return restart;
}

/** The engine serves the port again, with the trust file that it had. */
async function handBack(ctx: ProvisionContext, { port, settings, tls }: SwitchEnforcementInput): Promise<void> {
  await removeGate(ctx);
  await writeEngineTls(ctx, tls);
  await configureEngine(ctx, { settings, port });
  await restartSystemdEngine(ctx, { port });
}

/**
 * Puts a gate before an engine that served its port itself. HAProxy is installed and its settings are checked first; then the engine is
 * restarted without the port (containers go on, but in Swarm mode) and the gate takes it in the same moment. Proven from
 * the console with its own certificate; what fails on the way is put back. The engine's key and trust file go last.
 * Throws provision.gate-unavailable, provision.gate-start-failed and what the parts throw. Idempotent.
 */
export async function switchToGate(ctx: ProvisionContext, input: SwitchEnforcementInput): Promise<SwitchedToGate> {
  await installGate(ctx, { settings: input.settings, ...(await detectSystem(ctx)) });
  let switched: EnforcementSwitched;
  try {
    switched = await handOver(ctx, input);
  } catch (error) {
    await putBack(ctx, 'The engine gets its port back.', () => handBack(ctx, input));
    throw error;
  }
  await runScript(ctx, {
    name: "remove the engine's own certificate and key",
    script: sh`rm -rf ${engineFolder}`,
    timeoutMs: 30_000,
  });
  const haproxyVersion = await readHaproxyVersion(ctx);
  const { restarted, containersBefore, containersLost } = switched;
  ctx.log.info(`The gate (HAProxy ${haproxyVersion}) serves port ${input.port}. ${describeContainers(switched)}`);
  return { haproxyVersion, restarted, containersBefore, containersLost };
}
