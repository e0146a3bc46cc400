import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { hexPort, localApi, portProbe } from '../engine/local-api';
import { type EngineRestart, type EngineRestartInput, readRestart } from '../engine/restart-engine';
import { runScript } from '../host/run';
import {
  certificateFile,
  daemonFile,
  keyFile,
  logFile,
  profileFile,
  startedWithFile,
  startScript,
  trustFile,
} from './places';

const answerSeconds = 90;
const reloadSeconds = 10;

/**
 * The start script stops the engine and starts it in the background, with what the profile says. Containers that run need
 * live-restore in the engine that is stopped: without it the engine learns it by a reload, or nothing is done. `env -i` is how
 * boot2docker itself starts it; a session of its own, so that nothing that ends the caller ends the engine.
 * A swarm rules that out. Facts as those of the script for systemd: restarted, swarm, containers.before and containers.after, failed = reload | start | silent | deaf.
 */
const script = ({ port, isForced }: { port: number; isForced: boolean }): ShellScript => sh`set -u
trap '' HUP PIPE
${localApi}
${portProbe}
hex=${hexPort(port)} forced=${isForced ? 'yes' : 'no'}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
fingerprint() { cat ${[profileFile, daemonFile, trustFile, certificateFile, keyFile]} 2>/dev/null | sha256sum | cut -d' ' -f1; }
process() { cat /var/run/docker.pid 2>/dev/null; }
listens() { [ -n "$(port_inode "$hex")" ]; }
within() { tries=$1; shift; while [ "$tries" -gt 0 ]; do "$@" && return 0; tries=$((tries - 1)); sleep 1; done; return 1; }
lines=0
[ ! -f ${logFile} ] || lines=$(wc -l < ${logFile})
log() { tail -n "+$((lines + 1))" ${logFile} 2>/dev/null | tail -n 200; }
give_up() { fact failed "$1"; log; exit 0; }
answers() { engine_get /_ping >/dev/null; }
wanted=$(fingerprint)
if engine_active; then
  before=$(running_ids)
  for id in $before; do fact containers.before "$id"; done
  if [ $forced = no ] && listens && [ "$(cat ${startedWithFile} 2>/dev/null)" = "$wanted $(process)" ]; then
    fact restarted no
    for id in $before; do fact containers.after "$id"; done
    exit 0
  fi
  learns_live() { is_live "$(engine_get /info)"; }
  if is_swarm "$(engine_get /info)"; then
    fact swarm yes
  elif [ -n "$before" ] && ! learns_live; then
    ${startScript} reload
    within ${reloadSeconds} learns_live || give_up reload
  fi
fi
echo 'Restarting the engine.'
setsid env -i PATH="$PATH" ${startScript} restart < /dev/null || give_up start
# One that does not accept its settings is gone at once; the first seconds it may not have written its process id.
came_up() {
  answers && return 0
  [ "$tries" -gt ${answerSeconds - 5} ] || kill -0 "$(process)" 2>/dev/null || give_up start
  return 1
}
within ${answerSeconds} came_up || give_up silent
within 10 listens || give_up deaf
printf '%s %s\\n' "$wanted" "$(process)" > ${startedWithFile}
fact restarted yes
for id in $(running_ids); do fact containers.after "$id"; done`;

export async function restartBoot2docker(ctx: ProvisionContext, input: EngineRestartInput): Promise<EngineRestart> {
  const { port, isForced = false } = input;
  const answer = await runScript(ctx, {
    name: 'restart the engine',
    script: script({ port, isForced }),
    timeoutMs: 180_000,
  });
  return readRestart(answer, port);
}
