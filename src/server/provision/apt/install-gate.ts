import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import type { GateInstallResult } from '../package-manager';
import { type Environment, installPackages, offeredVersions } from './install-packages';
import { gatePackages } from './shell';

const oldest = [2, 2] as const;

const unavailable = (message: string, cause?: unknown) =>
  new AppError({
    code: 'provision.gate-unavailable',
    public: `${message} Add a package source that has HAProxy ${oldest.join('.')} or later to the host, or choose the engine for the enforcement.`,
    cause,
  });

const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^\d+:/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
};

const probe = sh`[ "$(dpkg-query -W -f '\${db:Status-Status}' haproxy 2>/dev/null)" != half-installed ] || exit 0
if command -v haproxy >/dev/null; then fact version "$(haproxy -v 2>/dev/null | sed -n '1s/.*version \\([0-9][0-9.]*\\).*/\\1/p')"; fi
fact state "$(dpkg-query -W -f '\${db:Status-Status}' haproxy 2>/dev/null)"`;

/** Version of the host's HAProxy; empty where it is missing, or half installed. */
async function look(ctx: ProvisionContext): Promise<string> {
  const { report } = await runScript(ctx, { name: 'look for HAProxy', script: probe, timeoutMs: 30_000 });
  const state = report.get('state');
  return state === 'unpacked' || state === 'half-configured' ? '' : report.get('version');
}

/** The distribution's own service, which the package enables: it is not wanted, and there only because of us. */
const disableScript = sh`systemctl disable --quiet --now haproxy.service 2>/dev/null
true`;

/** See PackageManager.installGate. */
export async function installGateWithApt(
  ctx: ProvisionContext,
  { environment }: { environment: Environment },
): Promise<GateInstallResult> {
  const before = await look(ctx);
  if (before !== '') {
    if (!isNewEnough(before)) {
      throw unavailable(`The host has HAProxy ${before}, which is too old for the gate.`);
    }
    return { changed: false, version: before };
  }
  let offered;
  try {
    offered = await offeredVersions(ctx, { packages: ['haproxy'], environment });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'provision.engine-install-failed') throw error;
    throw unavailable(`HAProxy, which the gate needs, cannot be had: ${error.public}`, error);
  }
  const newest = offered[0]?.version ?? '';
  if (newest === '') throw unavailable("None of the host's package sources offers HAProxy, which the gate needs.");
  if (!isNewEnough(newest)) throw unavailable(`The host's package sources offer HAProxy ${newest}, which is too old.`);
  await installPackages(ctx, {
    packages: ['haproxy'],
    environment,
    holds: ['haproxy', 'haproxy.service'],
    notes: gatePackages,
  });
  await runScript(ctx, { name: "disable HAProxy's own service", script: disableScript, timeoutMs: 60_000 });
  const version = await look(ctx);
  if (version === '') throw unavailable('The installation went through, but the host has no HAProxy now.');
  return { changed: true, version };
}
