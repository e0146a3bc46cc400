import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import { keepContainersOnRestart } from '../engine/live-restore';
import type { EngineChange, OfferedEngine } from '../package-manager';
import { chooseVersions, type Environment, installPackages, knownVersions, offeredVersions } from './install-packages';
import { findInstalledEngine, type InstalledEngine, packagesOf } from './installed-engine';

const missing = (message: string) => new AppError({ code: 'provision.engine-missing', public: message });

/** The engine of the host, where packages can change it. */
async function findChangeable(ctx: ProvisionContext): Promise<InstalledEngine> {
  const engine = await findInstalledEngine(ctx);
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
export async function offeredEngineOfApt(
  ctx: ProvisionContext,
  { environment, isFresh }: { environment: Environment; isFresh: boolean },
): Promise<OfferedEngine> {
  const { packageName, packageVersion } = await findChangeable(ctx);
  const packages = [packageName];
  const offered = await (isFresh ? offeredVersions(ctx, { packages, environment }) : knownVersions(ctx, { packages }));
  const versions = [...new Set(offered.map(({ version }) => version))];
  return { packageName, installed: packageVersion, versions };
}

/** See PackageManager.changeEngine. */
export async function changeEngineWithApt(
  ctx: ProvisionContext,
  { environment, version }: { environment: Environment; version: string | null },
): Promise<EngineChange> {
  const engine = await findChangeable(ctx);
  const packages = packagesOf(engine);
  const offered = await offeredVersions(ctx, { packages, environment });
  const newest = offered.find(({ packageName }) => packageName === engine.packageName)?.version;
  const chosen = chooseVersions(packages, { offered, wanted: version ?? newest });
  const before = engine.packageVersion;
  if (chosen[0] === `${engine.packageName}=${before}`) {
    ctx.log.info(`The host has ${engine.packageName} ${before} already.`);
    return { before, after: before };
  }
  await keepContainersOnRestart(ctx);
  await installPackages(ctx, { packages: chosen, environment, holds: [] });
  const { packageName, packageVersion: after, isComplete } = await findInstalledEngine(ctx);
  if (!isComplete) throw missing('The packages are there, but the host has no docker.service now. Look at the log.');
  ctx.log.info(`${packageName} ${before} became ${after}.`);
  return { before, after };
}
