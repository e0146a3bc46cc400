import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { localApi } from '../engine/local-api';
import { runScript } from '../host/run';
import type { PackageManager } from '../package-manager';

/** The containers first, by the engine itself: under live-restore they outlive it, and a service's stop has a deadline. */
const stopScript = sh`${localApi}
if engine_active; then
  for id in $(running_ids); do
    engine_call POST "/containers/$id/stop?t=8" >/dev/null &
  done
  wait
fi
systemctl stop docker.socket docker.service`;

/** Stops the engine with its containers. */
async function stopEngine(ctx: ProvisionContext): Promise<void> {
  ctx.log.info('Stopping the engine and its containers.');
  await runScript(ctx, { name: 'stop the engine', script: stopScript, timeoutMs: 180_000 });
}

/** Made by the engine itself at its first start: its identity, which no package owns. */
const forgetScript = sh`rm -f /etc/docker/key.json`;

/** What an engine keeps of its own: images, containers, volumes. */
export const engineDataFolders = ['/var/lib/docker', '/var/lib/containerd'] as const;

const deleteDataScript = (folders: readonly string[]) => sh`for folder in ${folders}; do
  [ -d "$folder" ] || continue
  rm -rf --one-file-system "$folder" 2>/dev/null || find "$folder" -xdev -mindepth 1 -delete
  echo "deleted what was in $folder"
done`;

export interface EngineRemoval {
  readonly packages: PackageManager;
  readonly added: readonly string[];
  readonly hasEngine: boolean;
  readonly deleteData: boolean;
}

/** Stops the engine with everything in it and purges what was added for it. Idempotent. */
export async function removeEngine(ctx: ProvisionContext, removal: EngineRemoval): Promise<void> {
  const { packages, added, hasEngine, deleteData } = removal;
  if (hasEngine) await stopEngine(ctx);
  ctx.log.info(`Removing the packages that were added: ${added.join(', ')}.`);
  await packages.purge(ctx, added);
  await runScript(ctx, { name: "forget the engine's identity", script: forgetScript, timeoutMs: 30_000 });
  if (!deleteData) return;
  await deleteEngineData(ctx, engineDataFolders);
}

/** Deletes these of the engine's folders, as far as they are there. Idempotent. */
export async function deleteEngineData(ctx: ProvisionContext, folders: readonly string[]): Promise<void> {
  await runScript(ctx, {
    name: "delete the engine's data",
    script: deleteDataScript(folders),
    timeoutMs: 10 * 60_000,
  });
}
