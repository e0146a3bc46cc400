import type { ProvisionContext } from '../context';
import { detectSystem } from '../detect-os';
import { removeGate } from '../gate/set-up-gate';

/** Takes the gate away, and the packages that were added for it. Throws provision.engine-install-failed where something else needs these. Idempotent. */
export async function removeGateWithPackages(ctx: ProvisionContext): Promise<void> {
  await removeGate(ctx);
  const { packages } = (await detectSystem(ctx)).provisioner;
  const added = await packages.findAddedPackages(ctx, 'gate');
  if (added.length === 0) return;
  ctx.log.info(`Removing the packages that were added for the gate: ${added.join(', ')}.`);
  await packages.purge(ctx, added);
}
