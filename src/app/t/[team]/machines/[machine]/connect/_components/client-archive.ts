import { bundleFolderName, packBundle } from '@/lib/csr/bundle';
import { dockerClientLines } from '@/lib/docker-client-lines';
import type { RouterOutputs } from '@/trpc/client';

import type { Machine } from '../../_components/use-machine';

/** What the browser hands over: one ZIP archive that holds the only copy of the key. */
export interface ClientArchive {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the lines on the page expect its files. */
  readonly unpackedFolder: string;
  readonly notAfter: Date;
  readonly fingerprint: string;
}

interface ArchiveInput {
  readonly team: string;
  readonly machine: Machine;
  readonly deviceName: string;
  readonly issued: RouterOutputs['certificates']['issue'];
  readonly privateKeyPem: string;
}

const readmeFor = ({ team, machine, deviceName, issued }: ArchiveInput, folder: string): string => {
  const lines = dockerClientLines(
    { name: machine.name, address: machine.address ?? '', port: machine.enginePort, folder },
    'bash',
  );
  return `Docker client certificate of ${deviceName}, team ${team}
Valid until ${issued.notAfter.toISOString()}
SHA-256 fingerprint ${issued.fingerprint}

ca.pem    by which your docker client knows the team's hosts
cert.pem  your client certificate
key.pem   your private key. It was made in your browser and exists nowhere else: keep it to yourself.

Unpack to ${folder}, then type:

  ${lines.createContext}
  docker --context ${machine.name} version

or for one shell session:

${lines.setEnvironment.map((line) => `  ${line}`).join('\n')}
  docker version
`;
};

/** Packs the certificate, its CA and the key that never left the browser. */
export function archiveFor(input: ArchiveInput): ClientArchive {
  const folder = bundleFolderName(`${input.team}-${input.deviceName}`.toLowerCase().replaceAll(/\s+/g, '-'));
  const unpackedFolder = `~/.docker/${folder}`;
  return {
    fileName: `${folder}.zip`,
    bytes: packBundle({
      caPem: input.issued.caPem,
      certificatePem: input.issued.certificatePem,
      privateKeyPem: input.privateKeyPem,
      readme: readmeFor(input, unpackedFolder),
      folder,
    }),
    unpackedFolder,
    notAfter: input.issued.notAfter,
    fingerprint: input.issued.fingerprint,
  };
}

/** Has the browser save the archive. */
export function saveArchive(archive: ClientArchive): void {
  const url = URL.createObjectURL(new Blob([archive.bytes], { type: 'application/zip' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = archive.fileName;
  link.click();
  URL.revokeObjectURL(url);
}
