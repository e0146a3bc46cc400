import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import type { DaemonConfig } from '../daemon-keys';
import { pickGateReason } from '../gate/gate-reason';
import { ensureFiles } from '../host/files';
import { daemonFile, runFolder } from '../host/paths';
import type { Report } from '../host/report';
import { runScript, type ScriptAnswer } from '../host/run';
import { daemonFileText, parseDaemonFile } from './daemon-json';
import { pickStartReason } from './journal';
import { afterBridgeFile, bridgeFile, type PortServer, restartEngineScript } from './restart';

export interface EngineRestart {
  /** False when the engine already ran with these settings. */
  readonly restarted: boolean;
  /** Ids of the containers that ran before, and of those of them that do not run any more. */
  readonly containersBefore: readonly string[];
  readonly containersLost: readonly string[];
  readonly isSwarm: boolean;
}

/** Names of what runs on the port, from "PID COMMAND,…". */
const holderNames = (fact: string) =>
  fact
    .split(',')
    .filter(Boolean)
    .map((holder) => holder.replace(/^(\d+) (.*)$/, '$2 (process $1)'))
    .join(', ');

function gateFailure(lines: readonly string[]): AppError {
  const reason = pickGateReason(lines);
  return new AppError({
    code: 'provision.gate-start-failed',
    public: `The gate does not start${reason ? `: ${reason}` : '. Its journal is silent.'}`,
    output: lines.join('\n').slice(-8192),
  });
}

function restartFailure(report: Report, { lines, port }: { lines: readonly string[]; port: number }): AppError {
  const kind = report.get('failed');
  if (kind === 'gate') return gateFailure(lines);
  const reason = pickStartReason(lines);
  const output = lines.join('\n').slice(-8192);
  if (kind === 'taken') {
    const holder = holderNames(report.get('taken')) || 'another process';
    return new AppError({
      code: 'provision.port-taken',
      public: `Port ${port} of the host is used by ${holder}. Stop it, or give the engine another port.`,
    });
  }
  const sentences: Readonly<Record<string, string>> = {
    reload: 'The engine does not take over the new settings. It and its containers run on unchanged',
    timeout: 'The engine did not start in time',
    silent: 'The engine was started and does not answer on its own socket',
    deaf: `The engine was started and does not listen on port ${port}`,
  };
  return new AppError({
    code: 'provision.engine-start-failed',
    public: `${sentences[kind] ?? 'The engine does not start'}${reason ? `: ${reason}` : '. Its journal is silent.'}`,
    output,
  });
}

/** What a restart script has told of the engine on a port, whatever starts engines there. Throws as restartSystemdEngine does. */
export function readRestart({ report, lines }: ScriptAnswer, port: number): EngineRestart {
  if (report.has('failed')) throw restartFailure(report, { lines, port });
  const containersBefore = report.all('containers.before');
  const afterwards = new Set(report.all('containers.after'));
  const containersLost = containersBefore.filter((id) => !afterwards.has(id));
  return { restarted: report.is('restarted'), containersBefore, containersLost, isSwarm: report.is('swarm') };
}

/**
 * Where the settings leave live-restore off, a restart still keeps the containers: the engine is restarted with it on, and
 * told to turn it off afterwards. Starting without it, dockerd would stop containers that outlived its predecessor.
 */
function bridgeConfigs(final: DaemonConfig): { bridge: string | null; after: string | null } {
  if (final['live-restore'] === true) return { bridge: null, after: null };
  return {
    bridge: daemonFileText({ ...final, 'live-restore': true }),
    after: daemonFileText({ ...final, 'live-restore': false }),
  };
}

export interface EngineRestartInput {
  readonly port: number;
  /** Restart also when nothing has changed. */
  readonly isForced?: boolean;
  /** Default engine. Otherwise the engine gives the port back. */
  readonly servedBy?: PortServer;
  /** What daemon.json on the host holds; read from there when it is not given. */
  readonly daemon?: DaemonConfig;
}

/**
 * Makes the engine run with the files that are on the host now, its containers untouched (but in Swarm mode), and waits until
 * it answers. Throws provision.engine-start-failed with the journal's reason, provision.gate-start-failed or
 * provision.port-taken. Idempotent.
 */
export async function restartSystemdEngine(ctx: ProvisionContext, input: EngineRestartInput): Promise<EngineRestart> {
  const { port, isForced = false, servedBy = 'engine' } = input;
  const daemon = input.daemon ?? parseDaemonFile((await ctx.host.read(daemonFile, ctx.signal))?.toString('utf8') ?? '');
  const { bridge, after } = bridgeConfigs(daemon);
  if (bridge !== null) {
    await ensureFiles(ctx, {
      name: 'prepare the restart',
      folders: [{ path: runFolder, mode: 0o700 }],
      files: [
        { path: bridgeFile, content: bridge, mode: 0o600 },
        { path: afterBridgeFile, content: after, mode: 0o600 },
      ],
    });
  }
  const answer = await runScript(ctx, {
    name: 'restart the engine',
    script: restartEngineScript({ port, isForced, servedBy, hasBridge: bridge !== null }),
    timeoutMs: 180_000,
  });
  return readRestart(answer, port);
}
