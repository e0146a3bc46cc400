import { type ShellScript, sh } from '@/server/ssh/shell';

import { gateUnit, gateUnitFile } from '../gate/gate-files';
import {
  certificateFile,
  daemonFile,
  keyFile,
  runFolder,
  serviceDropIn,
  socketDropIn,
  startedWithFile,
  trustFile,
} from '../host/paths';
import { hexPort, localApi, portProbe } from './local-api';

/** Present while a restart needs it: daemon.json with live-restore on, and with it off (see bridgeConfigs). */
export const bridgeFile = `${runFolder}/engine-bridge.json`;
export const afterBridgeFile = `${runFolder}/engine-after-bridge.json`;
const setAsideFile = `${runFolder}/engine-final.json`;

/** Behind a gate the engine reads no TLS files. */
const ownFiles = [daemonFile, serviceDropIn, socketDropIn];
const tlsFiles = [trustFile, certificateFile, keyFile];

const startedWith = (
  files: readonly string[],
): ShellScript => sh`fingerprint() { sha256sum ${files} 2>/dev/null | sha256sum | cut -d' ' -f1; }
invocation() { systemctl show docker.service -p InvocationID --value; }`;

/**
 * Before the settings of an engine that is to stand behind a gate are changed for the first time: notes that it runs with those that are there,
 * so that one for which nothing changes is not restarted. Needs `engine_active`.
 */
export const noteStartedWith: ShellScript = sh`${startedWith(ownFiles)}
[ -d ${runFolder} ] || mkdir -m 700 ${runFolder}
if engine_active && [ ! -e ${startedWithFile} ]; then printf '%s %s\\n' "$(fingerprint)" "$(invocation)" > ${startedWithFile}; fi`;

/** How long systemd may take to start the engine: restoring hundreds of containers takes its time. */
const startTimeoutSeconds = 110;

/** Who serves the machine's port: the engine itself, or a gate before it. */
export type PortServer = 'engine' | 'gate' | 'nobody';

export interface RestartScriptOptions {
  readonly port: number;
  /** nobody: the port is given back, and nothing is expected to listen on it afterwards. */
  readonly servedBy: PortServer;
  /** Restart also when nothing has changed. */
  readonly isForced: boolean;
  /** Whether bridgeFile and afterBridgeFile are there to be used. */
  readonly hasBridge: boolean;
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

/**
 * Restarts the engine so that its containers go on, in three phases that fail before they harm:
 *
 * 1. A running engine learns live-restore by a reload, of the new settings where its command line stays. An engine that does
 *    not take it over (a setting it cannot read) is left alone, since stopping it would stop its containers.
 * 2. Units are read anew, start limits are reset, the service is restarted; docker.socket only where what it listens on
 *    changes, since while it stays, connections wait instead of being refused.
 * 3. The engine answers on its unix socket and the port has a listener.
 *
 * Facts: restarted, containers.before and containers.after (ids), swarm; failed = taken | reload | start | timeout | silent | deaf | gate.
 * An engine that already runs with these files and serves the port (or leaves it to the gate) is not touched. Where the port goes
 * from the engine to a gate whose unit is there, the gate is started in the same transaction, right after docker.socket has
 * left the port; on the way back it is stopped right before.
 */
export const restartEngineScript = ({
  port,
  servedBy,
  isForced,
  hasBridge,
}: RestartScriptOptions): ShellScript => sh`set -u
trap '' HUP PIPE
${localApi}
${portProbe}
hex=${hexPort(port)}
served=${servedBy} forced=${yesNo(isForced)} bridge=${yesNo(hasBridge)}
[ -d ${runFolder} ] || mkdir -m 700 ${runFolder}
way=hosts
[ ! -f ${socketDropIn} ] || way=socket
${startedWith(servedBy === 'gate' ? ownFiles : [...ownFiles, ...tlsFiles])}
port_is_systemds() {
  for inode in $(port_inode "$hex"); do [ -z "$(find /proc/1/fd -lname "socket:\\[$inode]" 2>/dev/null)" ] || return 0; done
  return 1
}
gate_active() { [ "$(systemctl is-active ${gateUnit})" = active ]; }
port_is_engines() {
  port_is_systemds && return 0
  for inode in $(port_inode "$hex"); do ! port_holders "$inode" | grep -q ' dockerd$' || return 0; done
  return 1
}
is_as_wanted() { case $served in engine) serves_port ;; gate) ! port_is_engines ;; *) false ;; esac; }
serves_port() { if [ "$way" = socket ]; then port_is_systemds; else [ -n "$(port_inode "$hex")" ]; fi; }
journal() { journalctl -q --no-pager -o cat -u docker.service -u docker.socket -u ${gateUnit} --since "@$since" -n 200; }
give_up() { put_back; fact failed "$1"; journal; exit 0; }
swapped=no
swap_in() {
  if [ $swapped = no ]; then
    rm -f ${setAsideFile}
    [ ! -e ${daemonFile} ] || cp -a ${daemonFile} ${setAsideFile}
    swapped=yes
  fi
  cat > ${daemonFile}
}
put_back() {
  [ $swapped = yes ] || return 0
  swapped=no
  if [ -f ${setAsideFile} ]; then mv -f ${setAsideFile} ${daemonFile}; else rm -f ${daemonFile}; fi
}

wanted=$(fingerprint)
if [ $forced = no ] && engine_active && is_as_wanted && [ "$(cat ${startedWithFile} 2>/dev/null)" = "$wanted $(invocation)" ]; then
  fact restarted no
  for id in $(running_ids); do fact containers.before "$id"; fact containers.after "$id"; done
  exit 0
fi

[ ! -L /run/systemd/system/docker.service ] || systemctl unmask --runtime --quiet docker.service docker.socket
# NeedDaemonReload does not see a drop-in whose folder is new.
units_are_stale() {
  loaded=$(systemctl show -p NeedDaemonReload -p DropInPaths docker.service docker.socket)
  for file in ${[serviceDropIn, socketDropIn]}; do
    case "$loaded" in *"$file"*) [ -f "$file" ] || return 0 ;; *) [ ! -f "$file" ] || return 0 ;; esac
  done
  case "$loaded" in *NeedDaemonReload=yes*) return 0 ;; esac
  return 1
}
if units_are_stale; then systemctl daemon-reload; fi
if [ $served != nobody ]; then
  if systemctl is-enabled docker.service docker.socket 2>/dev/null | grep -q '^disabled'; then
    systemctl enable --quiet docker.service docker.socket
  fi
fi
if [ $served = engine ] && ! gate_active; then
  if ! serves_port; then
    for inode in $(port_inode "$hex"); do
      holders=$(port_holders "$inode")
      printf '%s\\n' "$holders" | grep -q ' dockerd$' || { fact taken "$(printf '%s' "$holders" | tr '\\n' ',')"; fact failed taken; exit 0; }
    done
  fi
fi

since=$(date +%s.%N)
reload_until_live() {
  systemctl reload docker.service || return 1
  for turn in $(seq 100); do
    if is_live "$(engine_get /info)"; then [ "$1" = no ] || return 0; else [ "$1" = yes ] || return 0; fi
    # What it cannot read it says at once, and then it would be useless to go on waiting.
    if [ $((turn % 5)) = 0 ] && journal | grep -q 'level=error'; then return 1; fi
    sleep 0.05
  done
  return 1
}
if engine_active; then
  before=$(running_ids)
  for id in $before; do fact containers.before "$id"; done
  info=
  [ -z "$before" ] || info=$(engine_get /info)
  if is_swarm "$info"; then
    fact swarm yes
  elif [ -n "$before" ]; then
    if ! is_live "$info"; then
      echo 'Containers are running: turning live-restore on, so that they go on while the engine restarts.'
      if [ $served != engine ] || grep -qs '^ExecStart=' ${serviceDropIn}; then
        # The command line that the engine runs with is another one, with which the new file may be at odds.
        swap_in << 'CONFIG'
{"live-restore": true}
CONFIG
      elif [ $bridge = yes ]; then
        swap_in < ${bridgeFile}
      fi
      reload_until_live yes || give_up reload
      put_back
    fi
    [ $bridge = no ] || swap_in < ${bridgeFile}
  fi
fi

systemctl reset-failed docker.service docker.socket 2>/dev/null
units=docker.service
if [ "$way" = socket ]; then
  { port_is_systemds && [ "$(systemctl is-active docker.socket)" = active ]; } || units='docker.socket docker.service'
elif port_is_systemds; then
  units='docker.socket docker.service'
fi
starts_gate=no
if [ $served = gate ] && [ -e ${gateUnitFile} ] && ! gate_active; then
  starts_gate=yes
  systemctl reset-failed ${gateUnit} 2>/dev/null
  systemctl enable --quiet ${gateUnit}
fi
if [ $served = engine ] && gate_active; then systemctl stop ${gateUnit}; fi
[ $starts_gate = no ] || ! port_is_systemds || units="$units "${gateUnit}
echo "Restarting $units."
timeout ${startTimeoutSeconds} systemctl restart $units
case $? in
  0) ;;
  124) give_up timeout ;;
  *) if [ $starts_gate = yes ] && engine_active; then give_up gate; else give_up start; fi ;;
esac
if [ $starts_gate = yes ] && ! gate_active; then systemctl restart ${gateUnit} || give_up gate; fi
answers() { for _ in $(seq 200); do engine_get /_ping >/dev/null && return 0; sleep 0.05; done; return 1; }
answers || give_up silent
if [ $swapped = yes ]; then
  swap_in < ${afterBridgeFile}
  reload_until_live no || echo 'The engine did not turn live-restore off again; it will at its next start.'
  put_back
fi
listens() { for _ in $(seq 100); do [ -z "$(port_inode "$hex")" ] || return 0; sleep 0.05; done; return 1; }
{ [ $served != engine ] && [ $starts_gate = no ]; } || listens || give_up deaf
rm -f ${bridgeFile} ${afterBridgeFile}
printf '%s %s\\n' "$wanted" "$(invocation)" > ${startedWithFile}
fact restarted yes
for id in $(running_ids); do fact containers.after "$id"; done`;
