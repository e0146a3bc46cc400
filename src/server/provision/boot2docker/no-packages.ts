import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { PackageManager } from '../package-manager';

const refuse = (message: string) =>
  Promise.reject(new AppError({ code: 'provision.engine-install-failed', public: message }));

const fromImage = 'The engine of boot2docker is a part of its ISO: a machine made from a newer ISO has a newer engine.';

/** A system without packages: what it has is in its image. */
export const noPackages: PackageManager = {
  lockProbe: sh`:`,
  listInstalled: sh`:`,
  installEngine: (ctx, { version }) => {
    if (version !== undefined) return refuse(`${fromImage} Leave the version empty.`);
    ctx.log.info('The engine is a part of the image.');
    return Promise.resolve({ changed: false, packageVersion: '' });
  },
  offeredEngine: () => refuse(fromImage),
  changeEngine: () => refuse(fromImage),
  installGate: () =>
    Promise.reject(
      new AppError({
        code: 'provision.gate-unavailable',
        public: 'boot2docker has no HAProxy, and no packages to add it. Choose the engine for the enforcement.',
      }),
    ),
  findAddedPackages: () => Promise.resolve([]),
  purge: () => Promise.resolve(),
};
