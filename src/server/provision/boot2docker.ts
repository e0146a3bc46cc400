import { boot2dockerKeeper } from './boot2docker/keeper';
import { noPackages } from './boot2docker/no-packages';
import type { Provisioner } from './provisioner';

/** The first whose start script leaves the engine's flags to its profile (DOCKER_REMOTE). */
const oldest = [18, 9] as const;

const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
};

/** docker-machine's own system: it runs from memory, and /var/lib/boot2docker is what stays. Source: boot2docker 19.03, files/. */
export const boot2docker: Provisioner = {
  id: 'boot2docker',
  label: `boot2docker ${oldest[0]}.0${oldest[1]} and later`,
  matches: (os) => os.id === 'boot2docker',
  support: (os) =>
    isTooOld(os.versionId)
      ? {
          kind: 'too-old',
          why: `${os.prettyName} is older than ${oldest[0]}.0${oldest[1]}; v19.03.12 was its last release`,
        }
      : { kind: 'untried', why: 'boot2docker was tried on a stand-in with its start script' },
  dockerRepository: () => null,
  enginePackages: [],
  packages: noPackages,
  engine: boot2dockerKeeper,
  builtIn: 'boot2docker runs from its image and has no HAProxy, so the engine itself checks certificates.',
};
