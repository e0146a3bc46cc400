import type { EngineSource } from '../engine-source';
import type { HostFile } from '../host/files';
import { aptKeyFiles, aptSourceFile } from '../host/paths';
import { dockerFolder, isArmored } from '../packages/docker-repository';
import type { DockerRepository } from '../provisioner';

const header = '# Written by Quaymaster; removed when the host is restored.\n';

function keyFile(key: Buffer): HostFile {
  return { path: isArmored(key) ? aptKeyFiles.armored : aptKeyFiles.binary, content: key, mode: 0o644 };
}

function listFile(line: {
  url: string;
  suite: string;
  components: readonly string[];
  options: readonly string[];
}): HostFile {
  const options = line.options.length > 0 ? `[${line.options.join(' ')}] ` : '';
  const text = `deb ${options}${line.url} ${[line.suite, ...line.components].join(' ')}\n`;
  return { path: aptSourceFile, content: header + text, mode: 0o644 };
}

/** Docker's repository with the key that was fetched for it. */
export function dockerRepositoryFiles(
  source: Extract<EngineSource, { kind: 'docker-repository' }>,
  { repository, key }: { repository: DockerRepository; key: Buffer },
): readonly HostFile[] {
  const signer = keyFile(key);
  const url = dockerFolder(source, repository);
  return [
    signer,
    listFile({ url, suite: repository.suite, components: ['stable'], options: [`signed-by=${signer.path}`] }),
  ];
}

/** A mirror of one's own. */
export function mirrorFiles(source: Extract<EngineSource, { kind: 'mirror' }>): readonly HostFile[] {
  const signer = source.signingKey === undefined ? null : keyFile(Buffer.from(source.signingKey));
  const options = [...(signer ? [`signed-by=${signer.path}`] : []), ...(source.unsigned ? ['trusted=yes'] : [])];
  return [...(signer ? [signer] : []), listFile({ ...source, options })];
}

/** No source of ours. */
export const noSource: readonly HostFile[] = [aptSourceFile, aptKeyFiles.armored, aptKeyFiles.binary].map((path) => ({
  path,
  content: null,
  mode: 0o644,
}));
