import { isDeepStrictEqual } from 'node:util';

import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import { backupManifest } from '../backup-manifest';
import type { ProvisionContext } from '../context';
import type { DaemonConfig } from '../daemon-keys';
import { ensureFiles } from '../host/files';
import {
  backupFolder,
  daemonFile,
  originalDaemonFile,
  runFolder,
  serviceDropIn,
  socketDropIn,
  stateFolder,
  writtenDaemonFile,
} from '../host/paths';
import type { Report } from '../host/report';
import { runScript } from '../host/run';
import { daemonFileText, parseDaemonFile, wantedKeys, withoutOurs } from './daemon-json';
import { serviceDropInText, socketDropInText } from './drop-ins';
import type { ConfigureEngineInput, EngineConfigured } from './engine-keeper';
import { type EngineUnit, readEngineUnit } from './engine-unit';
import { localApi } from './local-api';
import { noteStartedWith } from './restart';
import { planServing, type Serving } from './serving';
import { engineUnitProbe } from './unit-probe';

const probe = sh`${localApi}
${engineUnitProbe}
[ ! -e ${daemonFile} ] || blob daemon < ${daemonFile}
[ ! -e ${writtenDaemonFile} ] || blob written < ${writtenDaemonFile}
if [ -f ${`${backupFolder}/manifest.json`} ]; then
  blob manifest < ${`${backupFolder}/manifest.json`}
  [ ! -f ${originalDaemonFile} ] || blob original < ${originalDaemonFile}
fi
[ ! -e /proc/net/if_inet6 ] || fact ipv6 yes
if engine_active; then
  info=$(engine_get /info)
  if is_swarm "$info"; then fact swarm yes; fi
  fact version "$(printf %s "$info" | sed -n 's/.*"ServerVersion":"\\([^"]*\\)".*/\\1/p')"
fi`;

interface HostConfig {
  readonly unit: EngineUnit;
  readonly current: DaemonConfig;
  readonly written: DaemonConfig | null;
  readonly original: DaemonConfig;
  readonly isSwarm: boolean;
  readonly hasIpv6: boolean;
  /** Of the engine that runs; empty where none does. */
  readonly version: string;
}

/** What daemon.json was before the first change; what it is now where no backup is there, which only a broken host has. */
function originalConfig(report: Report, current: DaemonConfig): DaemonConfig {
  if (!report.has('manifest')) return current;
  const manifest = backupManifest.parse(JSON.parse(report.text('manifest')));
  const copy = manifest.files.find(({ path }) => path === daemonFile)?.copy ?? null;
  return copy === null ? {} : parseDaemonFile(report.text('original'), `the backup of ${daemonFile}`);
}

function readHostConfig(report: Report): HostConfig {
  const unit = readEngineUnit(report);
  if (unit === null) {
    const isMasked = report.get('docker.service.LoadState') === 'masked';
    throw new AppError({
      code: 'provision.engine-missing',
      public: isMasked
        ? 'Somebody masked docker.service on the host, so the engine cannot start. Allow it with: systemctl unmask docker.service docker.socket'
        : 'The host has no docker.service, so there is no engine to set up.',
    });
  }
  const current = parseDaemonFile(report.text('daemon'));
  return {
    unit,
    current,
    written: report.has('written') ? parseDaemonFile(report.text('written'), writtenDaemonFile) : null,
    original: originalConfig(report, current),
    isSwarm: report.is('swarm'),
    hasIpv6: report.is('ipv6'),
    version: report.get('version'),
  };
}

const candidateFile = `${runFolder}/daemon.json`;

/** dockerd checks a file itself since 23.0; before, only a start shows. An unknown version is tried. */
const canValidate = (version: string) => version === '' || Number.parseInt(version, 10) >= 23;

async function validate(
  ctx: ProvisionContext,
  { unit, serving }: { unit: EngineUnit; serving: Serving },
): Promise<void> {
  const words = (serving.execStart ?? unit.execStart).slice(1).map(({ text }) => text);
  const literal = words.filter((word) => !word.startsWith('$'));
  const script = sh`umask 077
mkdir -p ${runFolder}
cat > ${candidateFile}
trap 'rm -f ${candidateFile}' EXIT
program=${unit.program}
[ -x "$program" ] || { fact said "$program is no program"; exit 1; }
said=$("$program" ${literal} --validate --config-file ${candidateFile} 2>&1) && exit 0
case $said in *'unknown flag: --validate'*) exit 0 ;; esac
fact said "$(printf '%s' "$said" | tr '\\n' ' ')"
exit 1`;
  const { report, exitCode } = await runScript(ctx, {
    name: "check the engine's settings",
    script,
    stdin: daemonFileText(serving.daemon),
    expect: 'any',
    timeoutMs: 30_000,
  });
  if (exitCode === 0) return;
  const said = report
    .get('said')
    .replaceAll(candidateFile, daemonFile)
    .replace(/^unable to configure the Docker daemon with file \S+: /, '')
    .trim();
  throw new AppError({
    code: 'provision.engine-config-invalid',
    public: `The engine does not accept its settings: ${said.slice(0, 500)}`,
  });
}

/**
 * Merges our keys into the host's daemon.json and adds drop-ins for the port and the environment, so that the engine demands
 * client certificates there at its next start, or leaves the port to a gate. What we wrote before and nobody changed since gives way to the host's own
 * values first. Nothing is restarted. Throws provision.engine-config-invalid or provision.engine-missing, before any file is
 * changed. Idempotent.
 */
export async function configureSystemdEngine(
  ctx: ProvisionContext,
  input: ConfigureEngineInput,
): Promise<EngineConfigured> {
  const { settings, port, isGated = false, joinsSwarm = false } = input;
  const script = isGated ? sh`${probe}\n${noteStartedWith}` : probe;
  const { report } = await runScript(ctx, { name: "read the engine's settings", script, timeoutMs: 60_000 });
  const { unit, current, written, original, hasIpv6, version, ...host } = readHostConfig(report);
  const isSwarm = host.isSwarm || joinsSwarm;
  const base = withoutOurs(current, { written, original });
  const serving = planServing({
    unit,
    port,
    base,
    wanted: wantedKeys(settings, { isSwarm, isGated }),
    hasIpv6,
    isGated,
  });
  for (const note of serving.notes) ctx.log.info(note);
  if (isSwarm) {
    ctx.log.info(
      host.isSwarm
        ? 'The host is in a swarm, which rules out live-restore: its containers stop whenever the engine restarts.'
        : 'A swarm rules out live-restore: from now on the containers of the host stop whenever its engine restarts.',
    );
  }
  const content = daemonFileText(serving.daemon);
  // Without TLS and live-restore there may be nothing to set: then the file stays as it was written, or missing.
  const isAsWanted = isGated && isDeepStrictEqual(current, serving.daemon);
  if (!isAsWanted && report.text('daemon') !== content && canValidate(version)) await validate(ctx, { unit, serving });
  const changed = await ensureFiles(ctx, {
    name: "write the engine's settings",
    folders: [{ path: stateFolder, mode: 0o700 }],
    files: [
      // Before daemon.json: after a crash in between, our keys must be known as ours.
      { path: writtenDaemonFile, content, mode: 0o600 },
      ...(isAsWanted ? [] : [{ path: daemonFile, content, mode: 0o644 }]),
      { path: serviceDropIn, content: serviceDropInText(serving, settings.environment), mode: 0o600 },
      { path: socketDropIn, content: socketDropInText(serving, port), mode: 0o644 },
    ],
  });
  const added = Object.keys(serving.daemon).filter((key) => !(key in base));
  if (changed.length > 0) ctx.log.info(`Keys added to daemon.json: ${added.join(', ')}.`);
  else ctx.log.info("The engine's settings are up to date.");
  return { changed: changed.length > 0, servedBy: serving.way, replacesCommandLine: serving.execStart !== null };
}
