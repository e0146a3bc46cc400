import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import type { GateInstallResult } from '../package-manager';
import { installPackages, offeredVersions } from './install-packages';
import { findAdded, gateNotes } from './notes';
import type { Environment } from './prelude';
import type { PackageTool } from './tool';

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

const probe = (tool: PackageTool) => sh`${tool.lookups}
case $(state_of haproxy) in ''|installed) ;; *) exit 0 ;; esac
if command -v haproxy >/dev/null; then fact version "$(haproxy -v 2>/dev/null | sed -n '1s/.*version \\([0-9][0-9.]*\\).*/\\1/p')"; fi`;

/** Version of the host's HAProxy; empty where it is missing, or half installed. */
async function look(ctx: ProvisionContext, tool: PackageTool): Promise<string> {
  const { report } = await runScript(ctx, { name: 'look for HAProxy', script: probe(tool), timeoutMs: 30_000 });
  return report.get('version');
}

/** The distribution's own service, which the package enables: it is not wanted, and there only because of us. */
const disableScript = sh`systemctl disable --quiet --now haproxy.service 2>/dev/null
true`;

/** See PackageManager.installGate. */
export async function installGate(
  ctx: ProvisionContext,
  tool: PackageTool,
  { environment }: { environment: Environment },
): Promise<GateInstallResult> {
  const before = await look(ctx, tool);
  if (before !== '') {
    if (!isNewEnough(before)) {
      throw unavailable(`The host has HAProxy ${before}, which is too old for the gate.`);
    }
    // An installation that broke off behind its last package has not noted what it added.
    await findAdded(ctx, tool, gateNotes);
    return { changed: false, version: before };
  }
  let offered;
  try {
    offered = await offeredVersions(ctx, tool, { packages: ['haproxy'], environment });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'provision.engine-install-failed') throw error;
    throw unavailable(`HAProxy, which the gate needs, cannot be had: ${error.public}`, error);
  }
  const newest = offered[0]?.version ?? '';
  if (newest === '') throw unavailable("None of the host's package sources offers HAProxy, which the gate needs.");
  if (!isNewEnough(newest)) throw unavailable(`The host's package sources offer HAProxy ${newest}, which is too old.`);
  await installPackages(ctx, tool, {
    packages: ['haproxy'],
    environment,
    holds: ['haproxy', 'haproxy.service'],
    notes: gateNotes,
  });
  await runScript(ctx, { name: "disable HAProxy's own service", script: disableScript, timeoutMs: 60_000 });
  const version = await look(ctx, tool);
  if (version === '') throw unavailable('The installation went through, but the host has no HAProxy now.');
  return { changed: true, version };
}
