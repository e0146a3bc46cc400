import type { EngineSource } from '../engine-source';
import type { DockerRepository } from '../provisioner';

type Source = Extract<EngineSource, { kind: 'docker-repository' }>;

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

/** The folder of a distribution in Docker's repository, or in a copy of it. */
export const dockerFolder = (source: Source, { distribution }: DockerRepository): string =>
  `${withoutSlash(source.baseUrl)}/${distribution}`;

/** Where the signing key of Docker's repository (or a copy of it) is. */
export const dockerKeyUrl = (source: Source, repository: DockerRepository): string =>
  source.keyUrl ?? `${dockerFolder(source, repository)}/gpg`;

/** Whether an OpenPGP key is text. */
export const isArmored = (key: Buffer): boolean => key.subarray(0, 10).toString('latin1') === '-----BEGIN';
