import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { hexPort, portProbe } from '../engine/local-api';
import { ensureFiles } from '../host/files';
import { runFolder, settingsFolder } from '../host/paths';
import { runScript } from '../host/run';
import type { GateAdmission } from './admission';
import { gateConfigText, gateUnitText, slotsFor } from './gate-config';
import {
  gateConfigFile,
  gateFolder,
  gateRunFolder,
  gateServerFile,
  gateUnit,
  gateUnitFile,
  gateUnitLink,
} from './gate-files';
import { pickGateReason } from './gate-reason';
import { type GateTls, serverFileText } from './gate-tls';
import { prepareAdmission } from './push-admission';

export interface GateSetUp {
  readonly port: number;
  readonly tls: GateTls;
  readonly admission: GateAdmission;
}

const startFailed = (why: string, output = '') =>
  new AppError({
    code: 'provision.gate-start-failed',
    public: `The gate does not start${why ? `: ${why}` : '. Its journal is silent.'}`,
    output,
  });

const probe = sh`[ ! -e /proc/net/if_inet6 ] || fact ipv6 yes
fact group "$(stat -c %G /var/run/docker.sock 2>/dev/null)"`;

/** Who may use the engine's socket is a group, docker almost everywhere; the gate's user is put into it. */
async function look(ctx: ProvisionContext): Promise<{ hasIpv6: boolean; group: string }> {
  const { report } = await runScript(ctx, { name: "look at the engine's socket", script: probe, timeoutMs: 30_000 });
  const group = report.get('group') || 'docker';
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(group)) {
    throw startFailed(`the engine's socket belongs to the group ${group}, which the gate cannot be put into`);
  }
  return { hasIpv6: report.is('ipv6'), group };
}

/** HAProxy's own check of the file, with copies of what exists only while the gate runs. */
const checkFolder = `${runFolder}/gate-check`;
const check = sh`umask 077
rm -rf ${checkFolder}
mkdir -p ${checkFolder}
trap 'rm -rf ${checkFolder}' EXIT
cp ${gateServerFile} ${`${checkFolder}/server.pem`}
echo until 0 > ${`${checkFolder}/lease.map`}
sed ${`s#${gateRunFolder}/#${checkFolder}/#g`} ${gateConfigFile} > ${`${checkFolder}/haproxy.cfg`}
haproxy -c -q -f ${`${checkFolder}/haproxy.cfg`} 2>&1`;

/**
 * Writes everything that the gate needs and has HAProxy check it; nothing is started. Says whether a gate that runs has to be
 * restarted for it. An admission that the host has in a newer version stays. Throws provision.gate-start-failed.
 */
export async function writeGate(ctx: ProvisionContext, setUp: GateSetUp): Promise<{ changed: boolean }> {
  const { port, tls, admission } = setUp;
  const { hasIpv6, group } = await look(ctx);
  const slots = slotsFor(admission.fingerprints.length);
  const changed = await ensureFiles(ctx, {
    name: "write the gate's settings",
    folders: [
      { path: settingsFolder, mode: 0o755 },
      { path: gateFolder, mode: 0o755 },
    ],
    files: [
      { path: gateServerFile, content: serverFileText(tls), mode: 0o600 },
      { path: gateConfigFile, content: gateConfigText({ port, slots, hasIpv6 }), mode: 0o644 },
      { path: gateUnitFile, content: gateUnitText({ group, port }), mode: 0o644 },
    ],
  });
  await prepareAdmission(ctx, admission);
  const { exitCode, lines } = await runScript(ctx, {
    name: "check the gate's settings",
    script: check,
    expect: 'any',
    timeoutMs: 30_000,
  });
  if (exitCode !== 0) throw startFailed(pickGateReason(lines), lines.join('\n'));
  return { changed: changed.length > 0 };
}

const startScript = (port: number, isChanged: boolean) => sh`${portProbe}
systemctl daemon-reload
[ -e ${gateUnitLink} ] || systemctl enable --quiet ${gateUnit}
if [ "$(systemctl is-active ${gateUnit})" = active ]; then
  ${isChanged ? sh`:` : sh`exit 0`}
else
  for inode in $(port_inode ${hexPort(port)}); do
    holders=$(port_holders "$inode")
    fact taken "$(printf '%s' "$holders" | tr '\\n' ',')"
    exit 0
  done
fi
since=$(date +%s.%N)
systemctl reset-failed ${gateUnit} 2>/dev/null
systemctl restart ${gateUnit} && exit 0
fact failed yes
journalctl -q --no-pager -o cat -u ${gateUnit} --since "@$since" -n 100
systemctl stop ${gateUnit}`;

/** Starts the gate, from now on with the host. Throws provision.port-taken, provision.gate-start-failed. Idempotent. */
export async function startWrittenGate(
  ctx: ProvisionContext,
  { port, changed }: { port: number; changed: boolean },
): Promise<void> {
  const { report, lines } = await runScript(ctx, {
    name: 'start the gate',
    script: startScript(port, changed),
    timeoutMs: 90_000,
  });
  if (report.has('taken')) {
    const holder = report.get('taken').replaceAll(/(\d+) ([^,]+)/g, '$2 (process $1)') || 'another process';
    throw new AppError({
      code: 'provision.port-taken',
      public: `Port ${port} of the host is used by ${holder}. Stop it, or give the engine another port.`,
    });
  }
  if (report.has('failed')) throw startFailed(pickGateReason(lines), lines.join('\n').slice(-8192));
}

const removeScript = sh`if [ -e ${gateUnitFile} ] || [ -e ${gateUnitLink} ]; then
  systemctl disable --quiet --now ${gateUnit} 2>/dev/null
  systemctl stop ${gateUnit} 2>/dev/null
  rm -f ${[gateUnitFile, gateUnitLink]}
  systemctl daemon-reload
  systemctl reset-failed ${gateUnit} 2>/dev/null
  fact removed yes
fi
rm -rf ${[gateFolder, gateRunFolder, `/run/private/${gateRunFolder.slice(5)}`]} ${`${runFolder}/gate.lock`}
true`;

/** Stops the gate and takes everything of it away but the package. Idempotent. */
export async function removeGate(ctx: ProvisionContext): Promise<void> {
  const { report } = await runScript(ctx, { name: 'remove the gate', script: removeScript, timeoutMs: 60_000 });
  if (report.is('removed')) ctx.log.info('The gate is gone.');
}

const versionScript = sh`fact version "$(haproxy -v 2>/dev/null | sed -n '1s/.*version \\([0-9][0-9.]*\\).*/\\1/p')"`;

/** Version of the host's HAProxy ("2.6.12"); empty where there is none. */
export async function readHaproxyVersion(ctx: ProvisionContext): Promise<string> {
  const { report } = await runScript(ctx, { name: "read HAProxy's version", script: versionScript, timeoutMs: 30_000 });
  return report.get('version');
}
