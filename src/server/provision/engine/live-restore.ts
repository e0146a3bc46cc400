import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { ensureFiles } from '../host/files';
import { daemonFile, writtenDaemonFile } from '../host/paths';
import { runScript } from '../host/run';
import { daemonFileText, parseDaemonFile } from './daemon-json';
import { localApi } from './local-api';

const stateProbe = sh`${localApi}
engine_active || exit 0
info=$(engine_get /info) || exit 0
if is_live "$info"; then fact live yes; fi
if is_swarm "$info"; then fact swarm yes; fi
[ -z "$(running_ids)" ] || fact containers yes`;

const reload = sh`${localApi}
systemctl reload docker.service
for _ in $(seq 100); do
  if is_live "$(engine_get /info)"; then exit 0; fi
  sleep 0.05
done
exit 1`;

/**
 * Before somebody else (a package) restarts a running engine: turns on live-restore, so that containers outlive it. Does
 * nothing where no container runs, where it is on already, or in Swarm mode, which refuses it.
 */
export async function keepContainersOnRestart(ctx: ProvisionContext): Promise<void> {
  const { report } = await runScript(ctx, {
    name: 'look at the running containers',
    script: stateProbe,
    timeoutMs: 60_000,
  });
  if (!report.is('containers') || report.is('live') || report.is('swarm')) return;
  ctx.log.info('Containers are running: turning live-restore on, so that they go on while the engine restarts.');
  const current = parseDaemonFile((await ctx.host.read(daemonFile, ctx.signal))?.toString('utf8') ?? '');
  const content = daemonFileText({ ...current, 'live-restore': true });
  await ensureFiles(ctx, {
    name: 'turn on live-restore',
    files: [
      { path: daemonFile, content, mode: 0o644 },
      { path: writtenDaemonFile, content, mode: 0o600 },
    ],
  });
  const { exitCode } = await runScript(ctx, {
    name: 'reload the engine',
    script: reload,
    expect: 'any',
    timeoutMs: 60_000,
  });
  if (exitCode === 0) return;
  throw new AppError({
    code: 'provision.engine-start-failed',
    public:
      'The engine does not turn on live-restore, so that its containers would stop when it restarts. Nothing was changed on them; look at the journal of docker.service.',
  });
}
