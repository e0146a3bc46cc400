import { sh } from '@/server/ssh/shell';

import type { BackupManifest } from './backup-manifest';
import type { ProvisionContext } from './context';
import { removeGate } from './gate/set-up-gate';
import {
  backupFolder,
  cloudHostNameFile,
  daemonFile,
  engineFolder,
  hostNameFile,
  hostsFile,
  runFolder,
  serviceDropIn,
  settingsFolder,
  socketDropIn,
  stateFolder,
} from './host/paths';
import { runScript } from './host/run';
import type { ProvisionStepId } from './plan';
import { startWithFormerSettings, wasRunning } from './steps/former-settings';
import { findBackup, findRemoval } from './steps/found-backup';
import { deleteEngineData, engineDataFolders, removeEngine } from './steps/remove-engine';
import { removeGateWithPackages } from './steps/remove-gate';
import { putBackFiles, removeOwnFolders, restoreUnits } from './steps/restore-files';

/** Takes back one step of a set-up: all of it, half of it, nothing. */
export type UndoStep = (ctx: ProvisionContext, input: { readonly port: number }) => Promise<void>;

const only = (manifest: BackupManifest, paths: readonly string[]): BackupManifest => ({
  ...manifest,
  files: manifest.files.filter(({ path }) => paths.includes(path)),
});

const putBackHostName: UndoStep = async (ctx) => {
  const { manifest } = await findBackup(ctx);
  if (manifest) await putBackFiles(ctx, only(manifest, [hostNameFile, hostsFile, cloudHostNameFile]));
};

/** An engine that the set-up installed is not started again: its packages go next. */
const putBackSettings: UndoStep = async (ctx, { port }) => {
  const { manifest, hasEngine, hadEngine } = await findBackup(ctx);
  if (!manifest) return;
  await putBackFiles(ctx, only(manifest, [daemonFile, serviceDropIn, socketDropIn]));
  if (!hasEngine || !hadEngine) return;
  if (wasRunning(manifest)) await startWithFormerSettings(ctx, port);
  await restoreUnits(ctx, manifest);
};

/** Data of an engine that somebody had removed before is not ours: only a folder that is younger than the backup goes. */
const ageOfData = sh`made=$(stat -c %Y ${`${backupFolder}/manifest.json`})
for folder in ${engineDataFolders}; do
  [ -d "$folder" ] || continue
  if [ "$(stat -c %W "$folder")" -ge "$made" ]; then fact younger "$folder"; else fact older "$folder"; fi
done`;

const removeInstalledEngine: UndoStep = async (ctx) => {
  const found = await findBackup(ctx);
  if (!found.manifest) return;
  const removal = await findRemoval(ctx, found, false);
  if (removal) await removeEngine(ctx, removal);
  if (found.hadEngine) return;
  const { report } = await runScript(ctx, { name: "look at the engine's data", script: ageOfData, timeoutMs: 30_000 });
  const older = report.all('older');
  if (older.length > 0) ctx.log.info(`Older than the set-up, so it stays: ${older.join(', ')}.`);
  const younger = report.all('younger');
  if (younger.length > 0) await deleteEngineData(ctx, younger);
};

const removeEngineTls: UndoStep = async (ctx) => {
  await runScript(ctx, {
    name: "remove the engine's certificate and key",
    script: sh`rm -rf ${engineFolder}`,
    timeoutMs: 30_000,
  });
};

/** The last: what other undos have not put back, our own folders, and then the backup itself. */
const putBackTheRest: UndoStep = async (ctx) => {
  const { manifest } = await findBackup(ctx);
  if (!manifest) return;
  await putBackFiles(ctx, manifest);
  await removeOwnFolders(ctx, { manifest, folders: [settingsFolder, runFolder] });
  await runScript(ctx, { name: 'remove the backup', script: sh`rm -rf ${stateFolder}`, timeoutMs: 60_000 });
  ctx.log.info('The host is as it was before.');
};

/** What takes back each step of a set-up, made of the parts of restoreHost. A step that is not here leaves nothing behind. */
export const undoSteps: { readonly [Id in ProvisionStepId]?: UndoStep } = {
  'back-up': putBackTheRest,
  'set-host-name': putBackHostName,
  'install-engine': removeInstalledEngine,
  'install-gate': removeGateWithPackages,
  'write-engine-tls': removeEngineTls,
  'configure-engine': putBackSettings,
  'start-gate': removeGate,
};
