import type { BackupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import { restartSystemdEngine } from '../engine/restart-engine';

/** Whether the engine ran before the first set-up. */
export const wasRunning = (manifest: BackupManifest): boolean => manifest.units['docker.service']?.active === 'active';

/** Restarts the engine with the files that are on the host again, and has it leave the port; its containers go on. */
export async function startWithFormerSettings(ctx: ProvisionContext, port: number): Promise<void> {
  const { containersBefore, containersLost } = await restartSystemdEngine(ctx, {
    port,
    servedBy: 'nobody',
    isForced: true,
  });
  ctx.log.info(
    `The engine runs with its former settings; ${containersBefore.length - containersLost.length} of ${containersBefore.length} containers run on.`,
  );
}
