import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import { type BackupManifest, backupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import { detectSystem } from '../detect-os';
import { localApi } from '../engine/local-api';
import { engineUnitProbe } from '../engine/unit-probe';
import { gateUnitFile } from '../gate/gate-files';
import {
  addedGatePackagesFile,
  backupFolder,
  gatePackagesBeforeFile,
  settingsFolder,
  socketDropIn,
} from '../host/paths';
import type { Report } from '../host/report';
import { runScript } from '../host/run';
import type { EngineRemoval } from './remove-engine';

const probe = sh`${localApi}
${engineUnitProbe}
[ ! -f ${`${backupFolder}/manifest.json`} ] || blob manifest < ${`${backupFolder}/manifest.json`}
[ ! -e ${socketDropIn} ] || fact serving yes
[ ! -e ${settingsFolder} ] || fact settings yes
for file in ${[gateUnitFile, addedGatePackagesFile, gatePackagesBeforeFile]}; do [ ! -e "$file" ] || fact gate yes; done`;

/** A host as a restore finds it. */
export interface FoundHost {
  /** Null where nothing of ours was there, or it has been restored already. */
  readonly manifest: BackupManifest | null;
  readonly hasEngine: boolean;
  /** Whether it was there before the first set-up. */
  readonly hadEngine: boolean;
  readonly hasGate: boolean;
}

function readFound(report: Report): FoundHost {
  const text = report.text('manifest');
  const manifest = text === '' ? null : backupManifest.parse(JSON.parse(text));
  return {
    manifest,
    hasEngine: report.get('docker.service.LoadState') === 'loaded',
    hadEngine: manifest?.units['docker.service']?.load === 'loaded',
    hasGate: report.is('gate'),
  };
}

/** Reads the backup that a host keeps. Throws provision.restore-failed where it has files of ours and no backup. */
export async function findBackup(ctx: ProvisionContext): Promise<FoundHost> {
  const { report } = await runScript(ctx, { name: 'read the backup', script: probe, timeoutMs: 60_000 });
  const found = readFound(report);
  if (found.manifest !== null) return found;
  ctx.log.info('The host has no backup of ours, so there is nothing to put back.');
  if (report.is('settings') || report.is('serving')) {
    throw new AppError({
      code: 'provision.restore-failed',
      public: `The host has files of the console but no backup in ${backupFolder}; somebody removed it. Look at ${settingsFolder} and the drop-ins of docker.service and docker.socket by hand.`,
    });
  }
  return found;
}

/** What may be removed: an engine that was there before the first set-up is not ours to remove. */
export async function findRemoval(
  ctx: ProvisionContext,
  found: FoundHost,
  deleteData: boolean,
): Promise<EngineRemoval | null> {
  if (found.hadEngine) {
    ctx.log.info('The engine was there before, so it stays.');
    return null;
  }
  const { packages } = (await detectSystem(ctx)).provisioner;
  const added = await packages.findAddedPackages(ctx);
  return added.length > 0 ? { packages, added, hasEngine: found.hasEngine, deleteData } : null;
}
