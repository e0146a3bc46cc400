import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { keepContainersOnRestart } from '../engine/live-restore';
import { ensureFiles } from '../host/files';
import { runScript } from '../host/run';
import type { EngineInstallRequest, EngineInstallResult } from '../package-manager';
import { dockerKeyUrl } from './docker-repository';
import { installFailure } from './failure';
import { engineServices, installPackages, offeredVersions } from './install-packages';
import { findInstalledEngine, type InstalledEngine, packagesOf } from './installed-engine';
import { engineNotes, findAdded } from './notes';
import { type Environment, fetchFunction, prelude } from './prelude';
import { runInstallScript } from './run-install-script';
import type { PackageTool } from './tool';
import { chooseVersions, matchesVersion } from './versions';

const missing = (message: string) => new AppError({ code: 'provision.engine-missing', public: message });

async function fetchKey(
  ctx: ProvisionContext,
  tool: PackageTool,
  { url, environment }: { url: string; environment: Environment },
): Promise<Buffer> {
  ctx.log.info(`Fetching the signing key from ${url}.`);
  const script = sh`${prelude(tool, environment)}
${fetchFunction}
file=$(mktemp)
at_exit 'rm -f -- "$file"'
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
  if (exitCode !== 0 || !key?.length) throw installFailure(tool.failureWords, 'Fetching the signing key', lines);
  return key;
}

/** One call of the provisioner: what it asks for, and what the host has. */
interface Installation {
  readonly tool: PackageTool;
  readonly request: EngineInstallRequest;
  readonly engine: InstalledEngine;
}

/** Adds the package source that the settings name, and says which packages make the engine, its own first. */
async function preparePackages(ctx: ProvisionContext, installation: Installation): Promise<readonly string[]> {
  const { tool, request, engine } = installation;
  const { source, repository, environment } = request;
  switch (source.kind) {
    case 'docker-repository': {
      if (repository === null) {
        throw new AppError({
          code: 'provision.engine-install-failed',
          public: "Docker's repository has no packages for the host's system. Choose the distribution's package.",
        });
      }
      const key = await fetchKey(ctx, tool, { url: dockerKeyUrl(source, repository), environment });
      const files = tool.sources.docker(source, { repository, key });
      await ensureFiles(ctx, { name: 'add the package source', files });
      return [
        'docker-ce',
        'docker-ce-cli',
        'containerd.io',
        'docker-buildx-plugin',
        'docker-compose-plugin',
        ...engine.needs,
      ];
    }
    case 'mirror':
      await ensureFiles(ctx, { name: 'add the package source', files: tool.sources.mirror(source) });
      return [...source.packages, ...engine.needs];
    default:
      // An attempt with other settings may have left a source that fails.
      await ensureFiles(ctx, { name: 'take away a package source of ours', files: tool.sources.none });
      return [...request.distributionPackages, 'ca-certificates', ...engine.needs];
  }
}

async function ensureFetcher(ctx: ProvisionContext, { tool, request, engine }: Installation): Promise<void> {
  const needsFetcher = request.source.kind === 'docker-repository' || request.source.kind === 'script';
  if (!needsFetcher || engine.canFetch) return;
  const packages = ['curl', 'ca-certificates'];
  await offeredVersions(ctx, tool, { packages, environment: request.environment });
  await installPackages(ctx, tool, { packages, environment: request.environment, holds: [] });
}

/** An engine of another version than the wanted one gets it from the packages that it is made of, never from others. */
async function changeVersion(ctx: ProvisionContext, installation: Installation): Promise<void> {
  const { tool, request, engine } = installation;
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
    await preparePackages(ctx, installation);
  }
  const packages = packagesOf(engine);
  const offered = await offeredVersions(ctx, tool, { packages, environment });
  const chosen = chooseVersions(packages, { offered, wanted: version, pin: tool.pin });
  await keepContainersOnRestart(ctx);
  await installPackages(ctx, tool, { packages: chosen, environment, holds: [] });
}

/** See PackageManager.installEngine. */
export async function installEngine(
  ctx: ProvisionContext,
  tool: PackageTool,
  request: EngineInstallRequest,
): Promise<EngineInstallResult> {
  const { source, version, environment } = request;
  const engine = await findInstalledEngine(ctx, tool);
  const installation = { tool, request, engine };
  const isWanted = version === undefined || matchesVersion(engine.packageVersion, version);
  if (engine.isComplete) {
    // An installation that broke off behind its last package has not noted what it added.
    await findAdded(ctx, tool, engineNotes);
    if (isWanted) {
      ctx.log.info(
        `The engine is there already (${`${engine.packageName} ${engine.packageVersion}`.trim() || 'no package'}) and is kept.`,
      );
      return { changed: false, packageVersion: engine.packageVersion };
    }
    await changeVersion(ctx, installation);
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
    await ensureFetcher(ctx, installation);
    if (source.kind === 'script') {
      await runInstallScript(ctx, tool, { source, version, environment });
    } else {
      const packages = await preparePackages(ctx, installation);
      const offered = await offeredVersions(ctx, tool, { packages, environment });
      const chosen = chooseVersions(packages, { offered, wanted: version, pin: tool.pin });
      await installPackages(ctx, tool, { packages: chosen, environment, holds: engineServices });
    }
  }
  const installed = await findInstalledEngine(ctx, tool);
  if (!installed.isComplete) {
    throw missing(
      'The installation went through, but the host has no docker.service now. Look at the log of this step.',
    );
  }
  ctx.log.info(`Installed ${installed.packageName} ${installed.packageVersion}.`);
  return { changed: true, packageVersion: installed.packageVersion };
}
