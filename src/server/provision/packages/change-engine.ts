import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import { keepContainersOnRestart } from '../engine/live-restore';
import type { EngineChange, OfferedEngine } from '../package-manager';
import { installPackages, knownVersions, offeredVersions } from './install-packages';
import { findInstalledEngine, type InstalledEngine, packagesOf } from './installed-engine';
import type { Environment } from './prelude';
import type { PackageTool } from './tool';
import { chooseVersions } from './versions';

const missing = (message: string) => new AppError({ code: 'provision.engine-missing', public: message });

/** The engine of the host, where packages can change it. */
async function findChangeable(ctx: ProvisionContext, tool: PackageTool): Promise<InstalledEngine> {
  const engine = await findInstalledEngine(ctx, tool);
  if (engine.hasSnap) {
    throw missing('The engine of this host is a snap, which updates itself. The console cannot change its version.');
  }
  if (!engine.isComplete) throw missing('The host has no engine that is installed as a whole. Set it up again first.');
  if (engine.packageName === '') {
    throw missing('The engine of this host came from no package, so the package manager cannot change its version.');
  }
  return engine;
}

/** See PackageManager.offeredEngine. */
export async function offeredEngine(
  ctx: ProvisionContext,
  tool: PackageTool,
  { environment, isFresh }: { environment: Environment; isFresh: boolean },
): Promise<OfferedEngine> {
  const { packageName, packageVersion } = await findChangeable(ctx, tool);
  const packages = [packageName];
  const offered = await (isFresh
    ? offeredVersions(ctx, tool, { packages, environment })
    : knownVersions(ctx, tool, { packages }));
  const versions = [...new Set(offered.map(({ version }) => version))];
  return { packageName, installed: packageVersion, versions };
}

/** See PackageManager.changeEngine. */
export async function changeEngine(
  ctx: ProvisionContext,
  tool: PackageTool,
  { environment, version }: { environment: Environment; version: string | null },
): Promise<EngineChange> {
  const engine = await findChangeable(ctx, tool);
  const packages = packagesOf(engine);
  const offered = await offeredVersions(ctx, tool, { packages, environment });
  const newest = offered.find(({ packageName }) => packageName === engine.packageName)?.version;
  const chosen = chooseVersions(packages, { offered, wanted: version ?? newest, pin: tool.pin });
  const before = engine.packageVersion;
  if (chosen[0] === tool.pin(engine.packageName, before)) {
    ctx.log.info(`The host has ${engine.packageName} ${before} already.`);
    return { before, after: before };
  }
  await keepContainersOnRestart(ctx);
  await installPackages(ctx, tool, { packages: chosen, environment, holds: [] });
  const { packageName, packageVersion: after, isComplete } = await findInstalledEngine(ctx, tool);
  if (!isComplete) throw missing('The packages are there, but the host has no docker.service now. Look at the log.');
  ctx.log.info(`${packageName} ${before} became ${after}.`);
  return { before, after };
}
