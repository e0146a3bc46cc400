import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import { runFolder, settingsFolder, stateFolder } from '../host/paths';
import { runScript } from '../host/run';
import { startWithFormerSettings, wasRunning } from './former-settings';
import { findBackup, findRemoval } from './found-backup';
import { removeEngine } from './remove-engine';
import { removeGateWithPackages } from './remove-gate';
import { Failures } from './restore-failures';
import { putBackFiles, removeOwnFolders, restoreUnits } from './restore-files';

export interface RestoreHostInput {
  /** The port that the engine serves for the console. */
  readonly port: number;
  /** Purge the packages that the console's set-up added. An engine that was there before stays in any case. */
  readonly removeEngine: boolean;
  /** With removeEngine: delete images, containers and volumes as well. An engine that stays keeps its data. */
  readonly deleteData: boolean;
}

export interface HostRestored {
  /** False where the host had no backup: nothing of ours was there, or it had been restored before. */
  readonly hadBackup: boolean;
  readonly engine: 'absent' | 'kept' | 'removed';
  readonly filesPutBack: readonly string[];
}

/**
 * Puts the host back: every file with content, mode, owner and time, files that were not there removed, the units enabled and
 * running as they were, the host name, and everything of ours gone. An engine that was there runs on with its containers;
 * one that the console installed stays too, without TLS port, unless `removeEngine` says otherwise. Idempotent, also
 * after it broke off: the backup goes last. Does as much as it can and then throws provision.restore-failed with all that failed.
 */
export async function restoreHost(ctx: ProvisionContext, input: RestoreHostInput): Promise<HostRestored> {
  const { port } = input;
  const { restore } = await engineKeeper(ctx);
  if (restore) {
    await restore(ctx);
    return { hadBackup: true, engine: 'kept', filesPutBack: [] };
  }
  const found = await findBackup(ctx);
  const { manifest } = found;
  if (manifest === null) {
    return { hadBackup: false, engine: found.hasEngine ? 'kept' : 'absent', filesPutBack: [] };
  }

  const failures = new Failures(ctx);
  if (found.hasGate) await failures.attempt('Removing the gate', () => removeGateWithPackages(ctx));
  const removal = input.removeEngine
    ? await failures.attempt('Looking up what was added', () => findRemoval(ctx, found, input.deleteData))
    : null;
  if (removal) await failures.attempt('Removing the engine', () => removeEngine(ctx, removal));

  const filesPutBack = (await failures.attempt('Putting back the files', () => putBackFiles(ctx, manifest))) ?? [];
  if (!removal && found.hasEngine) {
    const isToRun = !found.hadEngine || wasRunning(manifest);
    if (isToRun) {
      await failures.attempt('Starting the engine with its former settings', () => startWithFormerSettings(ctx, port));
    }
    if (found.hadEngine) await failures.attempt('Restoring the units', () => restoreUnits(ctx, manifest));
  }
  await failures.attempt('Removing our own files', () =>
    removeOwnFolders(ctx, { manifest, folders: [settingsFolder, runFolder] }),
  );
  failures.throwIfAny();
  await runScript(ctx, { name: 'remove the backup', script: sh`rm -rf ${stateFolder}`, timeoutMs: 60_000 });
  ctx.log.info('The host is as it was before.');
  return { hadBackup: true, engine: removal ? 'removed' : found.hasEngine ? 'kept' : 'absent', filesPutBack };
}
