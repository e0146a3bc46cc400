import type { ProvisionContext } from '../context';
import type { EngineEndpoint } from '../engine-client';
import type { EngineSettings } from '../engine-settings';
import type { EngineRestart } from '../engine/restart-engine';
import type { GateAdmission } from '../gate/admission';
import type { EngineTls } from './write-engine-tls';

/** All that either direction needs: what fails is put back, so each has what the other wants. Holds the engine's key. */
export interface SwitchEnforcementInput {
  readonly port: number;
  readonly tls: EngineTls;
  readonly admission: GateAdmission;
  readonly settings: EngineSettings;
  /** The console's own access, which both ways must admit. */
  readonly endpoint: EngineEndpoint;
}

export type EnforcementSwitched = Pick<EngineRestart, 'restarted' | 'containersBefore' | 'containersLost'>;

/** Runs what puts the former way back; the error of the switch goes on in any case, and what else fails is told in the log. */
export async function putBack(ctx: ProvisionContext, what: string, work: () => Promise<unknown>): Promise<void> {
  ctx.signal.throwIfAborted();
  ctx.log.info(`That failed. ${what}`);
  try {
    await work();
    ctx.log.info('The port is served as before.');
  } catch (error) {
    ctx.signal.throwIfAborted();
    ctx.log.info(`That failed as well: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const describeContainers = ({ containersBefore, containersLost }: EnforcementSwitched): string =>
  `${containersBefore.length - containersLost.length} of ${containersBefore.length} containers run on.`;
