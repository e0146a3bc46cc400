import { AppError } from '@/server/errors/app-error';

import type { EngineSource } from '../engine-source';
import type { HostFile } from '../host/files';
import { dnfKeyFile, dnfSourceFile } from '../host/paths';
import { dockerFolder } from '../packages/docker-repository';
import type { DockerRepository } from '../provisioner';

type SourceOf<Kind extends EngineSource['kind']> = Extract<EngineSource, { kind: Kind }>;

const keyFile = (key: Buffer): HostFile => ({ path: dnfKeyFile, content: key, mode: 0o644 });

/** A source that cannot be reached is a failure, not a reason to do without it. Source: dnf.conf(5). */
function repositoryFile(source: { url: string; isSigned: boolean; hasKey: boolean }): HostFile {
  const lines = [
    '# Written by Quaymaster; removed when the host is restored.',
    '[quaymaster-engine]',
    'name=Engine packages',
    `baseurl=${source.url}`,
    'enabled=1',
    'skip_if_unavailable=0',
    `gpgcheck=${source.isSigned ? 1 : 0}`,
    ...(source.hasKey ? [`gpgkey=file://${dnfKeyFile}`] : []),
  ];
  return { path: dnfSourceFile, content: `${lines.join('\n')}\n`, mode: 0o644 };
}

/** Docker's repository with the key that was fetched for it. */
export function dockerRepositoryFiles(
  source: SourceOf<'docker-repository'>,
  { repository, key }: { repository: DockerRepository; key: Buffer },
): readonly HostFile[] {
  const url = `${dockerFolder(source, repository)}/${repository.suite}/$basearch/stable`;
  return [keyFile(key), repositoryFile({ url, isSigned: true, hasKey: true })];
}

/**
 * A mirror of one's own: the folder that holds repodata, named by the address and the suite, which is a path ("./").
 * Throws provision.engine-install-failed for a suite with components, which only apt has.
 */
export function mirrorFiles(source: SourceOf<'mirror'>): readonly HostFile[] {
  if (source.components.length > 0) {
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `The mirror names the suite ${source.suite} with components, which only Debian and Ubuntu have. For this host give the path of the folder that holds repodata, with a slash at its end (./ for the address itself).`,
    });
  }
  const path = source.suite.replace(/^(\.\/)+/, '');
  const url = `${source.url.replace(/\/*$/, '/')}${path}`;
  const key = source.signingKey === undefined ? [] : [keyFile(Buffer.from(source.signingKey))];
  return [...key, repositoryFile({ url, isSigned: !source.unsigned, hasKey: key.length > 0 })];
}

/** No source of ours. */
export const noSource: readonly HostFile[] = [dnfSourceFile, dnfKeyFile].map((path) => ({
  path,
  content: null,
  mode: 0o644,
}));
