import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import { type BackupManifest, backupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import { detectSystem } from '../detect-os';
import { localApi } from '../engine/local-api';
import { restartEngine } from '../engine/restart-engine';
import { engineUnitProbe } from '../engine/unit-probe';
import { gateUnitFile } from '../gate/gate-files';
import {
  addedGatePackagesFile,
  backupFolder,
  gatePackagesBeforeFile,
  runFolder,
  settingsFolder,
  socketDropIn,
  stateFolder,
} from '../host/paths';
import type { Report } from '../host/report';
import { runScript } from '../host/run';
import { type EngineRemoval, removeEngine } from './remove-engine';
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

const probe = sh`${localApi}
${engineUnitProbe}
[ ! -f ${`${backupFolder}/manifest.json`} ] || blob manifest < ${`${backupFolder}/manifest.json`}
[ ! -e ${socketDropIn} ] || fact serving yes
[ ! -e ${settingsFolder} ] || fact settings yes
for file in ${[gateUnitFile, addedGatePackagesFile, gatePackagesBeforeFile]}; do [ ! -e "$file" ] || fact gate yes; done`;

interface Found {
  readonly manifest: BackupManifest | null;
  readonly hasEngine: boolean;
  /** Whether it was there before the first set-up. */
  readonly hadEngine: boolean;
}

function readFound(report: Report): Found {
  const text = report.text('manifest');
  const manifest = text === '' ? null : backupManifest.parse(JSON.parse(text));
  return {
    manifest,
    hasEngine: report.get('docker.service.LoadState') === 'loaded',
    hadEngine: manifest?.units['docker.service']?.load === 'loaded',
  };
}

/** What may be removed: an engine that was there before the first set-up is not ours to remove. */
async function findRemoval(ctx: ProvisionContext, found: Found, deleteData: boolean): Promise<EngineRemoval | null> {
  if (found.hadEngine) {
    ctx.log.info('The engine was there before, so it stays.');
    return null;
  }
  const { packages } = (await detectSystem(ctx)).provisioner;
  const added = await packages.findAddedPackages(ctx);
  return added.length > 0 ? { packages, added, hasEngine: found.hasEngine, deleteData } : null;
}

/**
 * Puts the host back: every file with content, mode, owner and time, files that were not there removed, the units enabled and
 * running as they were, the host name, and everything of ours gone. An engine that was there runs on with its containers;
 * one that the console installed stays too, without TLS port, unless `removeEngine` says otherwise. Idempotent, also
 * after it broke off: the backup goes last. Does as much as it can and then throws provision.restore-failed with all that failed.
 */
export async function restoreHost(ctx: ProvisionContext, input: RestoreHostInput): Promise<HostRestored> {
  const { port } = input;
  const { report } = await runScript(ctx, { name: 'read the backup', script: probe, timeoutMs: 60_000 });
  const found = readFound(report);
  const { manifest } = found;
  if (manifest === null) {
    ctx.log.info('The host has no backup of ours, so there is nothing to put back.');
    if (report.is('settings') || report.is('serving')) {
      throw new AppError({
        code: 'provision.restore-failed',
        public: `The host has files of the console but no backup in ${backupFolder}; somebody removed it. Look at ${settingsFolder} and the drop-ins of docker.service and docker.socket by hand.`,
      });
    }
    return { hadBackup: false, engine: found.hasEngine ? 'kept' : 'absent', filesPutBack: [] };
  }

  const failures = new Failures(ctx);
  if (report.is('gate')) await failures.attempt('Removing the gate', () => removeGateWithPackages(ctx));
  const removal = input.removeEngine
    ? await failures.attempt('Looking up what was added', () => findRemoval(ctx, found, input.deleteData))
    : null;
  if (removal) await failures.attempt('Removing the engine', () => removeEngine(ctx, removal));

  const filesPutBack = (await failures.attempt('Putting back the files', () => putBackFiles(ctx, manifest))) ?? [];
  if (!removal && found.hasEngine) {
    const wasActive = !found.hadEngine || manifest.units['docker.service']?.active === 'active';
    if (wasActive) {
      await failures.attempt('Starting the engine with its former settings', async () => {
        const { containersBefore, containersLost } = await restartEngine(ctx, {
          port,
          servedBy: 'nobody',
          isForced: true,
        });
        ctx.log.info(
          `The engine runs with its former settings; ${containersBefore.length - containersLost.length} of ${containersBefore.length} containers run on.`,
        );
      });
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
