import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import type { EngineSettings } from '../engine-settings';
import type { OsRelease } from '../os-release';
import type { EngineInstallResult } from '../package-manager';
import type { Provisioner } from '../provisioner';

export interface InstallEngineInput {
  readonly settings: EngineSettings;
  readonly os: OsRelease;
  readonly provisioner: Provisioner;
}

/**
 * Installs the engine as the settings say, or keeps the one that is there. See PackageManager.installEngine for the errors.
 * Also throws provision.engine-install-failed where Docker's repository has no name for the host's release.
 */
export function installEngine(ctx: ProvisionContext, input: InstallEngineInput): Promise<EngineInstallResult> {
  const { settings, os, provisioner } = input;
  const repository = provisioner.dockerRepository(os);
  if (settings.source.kind === 'docker-repository' && repository?.suite === '') {
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `${os.prettyName} says no codename, so the suite in Docker's repository is not known. Choose the mirror and name the suite.`,
    });
  }
  return provisioner.packages.installEngine(ctx, {
    source: settings.source,
    version: settings.version,
    repository,
    distributionPackages: provisioner.enginePackages,
    environment: settings.environment,
  });
}
