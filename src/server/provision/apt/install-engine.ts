import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { keepContainersOnRestart } from '../engine/live-restore';
import { ensureFiles } from '../host/files';
import { runScript } from '../host/run';
import type { EngineInstallRequest, EngineInstallResult } from '../package-manager';
import { installFailure } from './failure';
import { chooseVersions, engineServices, installPackages, offeredVersions } from './install-packages';
import { findInstalledEngine, type InstalledEngine, packagesOf } from './installed-engine';
import { runInstallScript } from './run-install-script';
import { aptEnvironment, fetchFunction } from './shell';
import { dockerKeyUrl, dockerRepositoryFiles, mirrorFiles, noSource } from './source-files';
import { matchesVersion } from './versions';

const missing = (message: string) => new AppError({ code: 'provision.engine-missing', public: message });

async function fetchKey(
  ctx: ProvisionContext,
  { url, environment }: { url: string; environment: EngineInstallRequest['environment'] },
): Promise<Buffer> {
  ctx.log.info(`Fetching the signing key from ${url}.`);
  const script = sh`${aptEnvironment(environment)}
${fetchFunction}
file=$(mktemp)
trap 'rm -f -- "$APT_CONFIG" "$file"' EXIT
fetch ${url} "$file"
[ "$(stat -c %s "$file")" -le 100000 ] || { echo 'ERROR: that is no signing key'; exit 1; }
blob key < "$file"`;
  const { report, exitCode, lines } = await runScript(ctx, {
    name: 'fetch the signing key',
    script,
    expect: 'any',
    timeoutMs: 180_000,
  });
  const key = report.blob('key');
  if (exitCode !== 0 || !key?.length) throw installFailure('Fetching the signing key', lines);
  return key;
}

/** Adds the package source that the settings name, and says which packages make the engine, its own first. */
async function preparePackages(
  ctx: ProvisionContext,
  request: EngineInstallRequest,
  engine: InstalledEngine,
): Promise<readonly string[]> {
  const { source, repository, environment } = request;
  const apparmor = engine.usesAppArmor ? ['apparmor'] : [];
  switch (source.kind) {
    case 'docker-repository': {
      const key = await fetchKey(ctx, { url: dockerKeyUrl(source, repository), environment });
      await ensureFiles(ctx, {
        name: 'add the package source',
        files: dockerRepositoryFiles(source, { repository, key }),
      });
      return [
        'docker-ce',
        'docker-ce-cli',
        'containerd.io',
        'docker-buildx-plugin',
        'docker-compose-plugin',
        ...apparmor,
      ];
    }
    case 'mirror':
      await ensureFiles(ctx, { name: 'add the package source', files: mirrorFiles(source) });
      return [...source.packages, ...apparmor];
    default:
      // An attempt with other settings may have left a source that fails.
      await ensureFiles(ctx, { name: 'take away a package source of ours', files: noSource });
      // docker-cli is a package of its own since Debian 13, and only recommended.
      return ['docker.io', 'docker-cli', 'ca-certificates', ...apparmor];
  }
}

async function ensureFetcher(
  ctx: ProvisionContext,
  request: EngineInstallRequest,
  engine: InstalledEngine,
): Promise<void> {
  const needsFetcher = request.source.kind === 'docker-repository' || request.source.kind === 'script';
  if (!needsFetcher || engine.canFetch) return;
  const packages = ['curl', 'ca-certificates'];
  await offeredVersions(ctx, { packages, environment: request.environment });
  await installPackages(ctx, { packages, environment: request.environment, holds: [] });
}

/** An engine of another version than the wanted one gets it from the packages that it is made of, never from others. */
async function changeVersion(
  ctx: ProvisionContext,
  request: EngineInstallRequest,
  engine: InstalledEngine,
): Promise<void> {
  const { version, environment } = request;
  const is = `The host has ${engine.packageName || 'an engine that came from no package'} ${engine.packageVersion}`;
  if (engine.packageName === '' || request.source.kind === 'present') {
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `${is} and the settings ask for ${version ?? ''}. Leave the version empty to keep it, or change the engine on the host.`,
    });
  }
  ctx.log.info(`${is}; the settings ask for ${version ?? ''}.`);
  if (request.source.kind === 'docker-repository' || request.source.kind === 'mirror') {
    await preparePackages(ctx, request, engine);
  }
  const packages = packagesOf(engine);
  const offered = await offeredVersions(ctx, { packages, environment });
  const chosen = chooseVersions(packages, { offered, wanted: version });
  await keepContainersOnRestart(ctx);
  await installPackages(ctx, { packages: chosen, environment, holds: [] });
}

/** See PackageManager.installEngine. */
export async function installEngineWithApt(
  ctx: ProvisionContext,
  request: EngineInstallRequest,
): Promise<EngineInstallResult> {
  const { source, version, environment } = request;
  const engine = await findInstalledEngine(ctx);
  const isWanted = version === undefined || matchesVersion(engine.packageVersion, version);
  if (engine.isComplete) {
    if (isWanted) {
      ctx.log.info(
        `The engine is there already (${`${engine.packageName} ${engine.packageVersion}`.trim() || 'no package'}) and is kept.`,
      );
      return { changed: false, packageVersion: engine.packageVersion };
    }
    await changeVersion(ctx, request, engine);
  } else {
    if (engine.hasSnap) {
      throw missing(
        'Docker is installed as a snap, which the console cannot set up. Remove the snap (snap remove docker) and try again.',
      );
    }
    if (source.kind === 'present') {
      throw missing(
        'The settings say that the engine is there already, but the host has no docker.service. Choose how to install it.',
      );
    }
    await ensureFetcher(ctx, request, engine);
    if (source.kind === 'script') {
      await runInstallScript(ctx, { source, version, environment });
    } else {
      const packages = await preparePackages(ctx, request, engine);
      const offered = await offeredVersions(ctx, { packages, environment });
      const chosen = chooseVersions(packages, { offered, wanted: version });
      await installPackages(ctx, { packages: chosen, environment, holds: engineServices });
    }
  }
  const installed = await findInstalledEngine(ctx);
  if (!installed.isComplete) {
    throw missing(
      'The installation went through, but the host has no docker.service now. Look at the log of this step.',
    );
  }
  ctx.log.info(`Installed ${installed.packageName} ${installed.packageVersion}.`);
  return { changed: true, packageVersion: installed.packageVersion };
}
