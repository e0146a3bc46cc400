import { AppError } from '@/server/errors/app-error';
import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { hexPort, localApi, portProbe } from '../engine/local-api';
import { engineUnitProbe } from '../engine/unit-probe';
import { gateUnit, gateUnitFile } from '../gate/gate-files';
import { daemonFile, ownerFile, serviceDropIn, socketDropIn, writtenDaemonFile } from '../host/paths';
import { runScript } from '../host/run';
import { packageLockProbes } from '../list';
import type { HostSeen } from './check';

/** Everything that the checks want to know, in one script that changes nothing and starts nothing. */
const lookScript = (port: number): ShellScript => sh`printf 'time %s\\n' "$(date +%s.%N)"
${localApi}
${portProbe}
fact uid "$(id -u)"
[ ! -r /etc/os-release ] || blob os < /etc/os-release
[ ! -d /run/systemd/system ] || fact systemd yes
fact selinux "$(cat /sys/fs/selinux/enforce 2>/dev/null)"
folder=/var/lib/docker
while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
df -Pk "$folder" | awk 'NR == 2 { print "::disk=" $2 " " $4 }'
fact disk.folder "$folder"
${packageLockProbes}
[ -z "$(ls /var/lib/dpkg/updates 2>/dev/null)" ] || fact packages.interrupted yes
for inode in $(port_inode ${hexPort(port)}); do
  fact port.taken yes
  port_holders "$inode" | while read -r holder; do fact port.holder "$holder"; done
done
${engineUnitProbe}
[ ! -d /snap/docker ] || fact snap yes
[ ! -r ${daemonFile} ] || blob daemon < ${daemonFile}
[ ! -r ${writtenDaemonFile} ] || blob written < ${writtenDaemonFile}
[ ! -r ${ownerFile} ] || blob owner < ${ownerFile}
[ ! -e ${socketDropIn} ] && [ ! -e ${serviceDropIn} ] && [ ! -e ${gateUnitFile} ] || fact own yes
[ "$(systemctl is-active ${gateUnit})" != active ] || fact gate yes
[ ! -e /proc/net/if_inet6 ] || fact ipv6 yes
if engine_active; then
  fact active yes
  info=$(engine_get /info 2>/dev/null)
  [ -z "$info" ] || printf %s "$info" | blob info
fi`;

/**
 * Reads what the checks judge, in one round trip as root. Where root's rights are refused it reads what an ordinary account may
 * see and says so. Throws what the connection throws.
 */
export async function lookAtHost(ctx: ProvisionContext, port: number): Promise<HostSeen> {
  const look = async (sudo: boolean) => {
    const askedAt = ctx.clock.now().getTime();
    let clockSkewMs = 0;
    const { report } = await runScript(ctx, {
      name: 'look at the host',
      script: lookScript(port),
      sudo,
      expect: 'any',
      timeoutMs: 60_000,
      onLine: (line) => {
        const seconds = /^time (\d+\.\d+)$/.exec(line)?.[1];
        if (seconds === undefined) return false;
        clockSkewMs = skew(Number(seconds) * 1000, { askedAt, answeredAt: ctx.clock.now().getTime() });
        return true;
      },
    });
    return { report, clockSkewMs };
  };
  try {
    return { ...(await look(true)), sudoRefusal: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'provision.sudo-refused') throw error;
    return { ...(await look(false)), sudoRefusal: error.public };
  }
}

/** The host read its clock somewhere between the question and the answer, so only what is outside counts. */
export function skew(hostTime: number, { askedAt, answeredAt }: { askedAt: number; answeredAt: number }): number {
  if (hostTime < askedAt) return hostTime - askedAt;
  return hostTime > answeredAt ? hostTime - answeredAt : 0;
}
