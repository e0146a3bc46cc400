import type { ProvisionContext } from '../context';
import type { GateConfirmation } from '../gate/admission';
import { pushAdmission } from '../gate/push-admission';
import { type GateSetUp, readHaproxyVersion, startWrittenGate, writeGate } from '../gate/set-up-gate';

export interface GateStarted {
  readonly haproxyVersion: string;
  readonly confirmation: GateConfirmation;
}

/**
 * Puts the gate before an engine that listens on its unix socket alone, and confirms who gets in. A gate that runs with these
 * settings is not restarted. Throws provision.gate-start-failed, provision.port-taken, provision.gate-push-failed. Idempotent.
 */
export async function startGate(ctx: ProvisionContext, setUp: GateSetUp): Promise<GateStarted> {
  const { changed } = await writeGate(ctx, setUp);
  await startWrittenGate(ctx, { port: setUp.port, changed });
  const confirmation = await pushAdmission(ctx, setUp.admission);
  const haproxyVersion = await readHaproxyVersion(ctx);
  ctx.log.info(
    `The gate (HAProxy ${haproxyVersion}) serves port ${setUp.port} and admits ${setUp.admission.fingerprints.length} certificates.`,
  );
  return { haproxyVersion, confirmation };
}
