import type { ProvisionContext } from '../context';
import type { EngineSettings } from '../engine-settings';
import type { GateInstallResult } from '../package-manager';
import type { Provisioner } from '../provisioner';

/**
 * Installs HAProxy from the host's own package sources, or keeps the one that is there. Its own service is neither started nor,
 * where it was there before, touched. Throws provision.gate-unavailable, provision.disk-full or provision.packages-locked.
 */
export async function installGate(
  ctx: ProvisionContext,
  { settings, provisioner }: { settings: EngineSettings; provisioner: Provisioner },
): Promise<GateInstallResult> {
  const result = await provisioner.packages.installGate(ctx, { environment: settings.environment });
  ctx.log.info(
    result.changed ? `Installed HAProxy ${result.version}.` : `HAProxy ${result.version} is there already and is used.`,
  );
  return result;
}
