import { bundleFolderName, packBundle } from '@/lib/csr/bundle';
import { dockerClientLines } from '@/lib/docker-client-lines';
import type { RouterOutputs } from '@/trpc/client';

/** What the console answers to a request that it has signed. */
export type IssuedCertificate = RouterOutputs['certificates']['issue'];

/** An engine that the certificate is for. */
export interface ReachableEngine {
  readonly name: string;
  readonly address: string;
  readonly enginePort: number;
}

/** What the browser hands over: one ZIP archive that holds the only copy of the key. */
export interface ClientArchive {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the lines on the page expect its files. */
  readonly unpackedFolder: string;
  readonly notAfter: Date;
  readonly fingerprint: string;
  /** The receipt of what the new certificate changed on the machines; null where none had to be told. */
  readonly changeId: string | null;
}

interface ArchiveInput {
  readonly team: string;
  readonly deviceName: string;
  /** Those that the lines in the archive are written for. */
  readonly engines: readonly ReachableEngine[];
  readonly issued: IssuedCertificate;
  /** Null where the key was made elsewhere and the request came in a file. */
  readonly privateKeyPem: string | null;
}

const folderName = (team: string, deviceName: string) =>
  bundleFolderName(`${team}-${deviceName}`.toLowerCase().replaceAll(/\s+/g, '-'));

/** Where the archive of a device is unpacked to, unless its owner likes another place better. Pure. */
export const unpackedFolderOf = (team: string, deviceName: string): string =>
  `~/.docker/${folderName(team, deviceName)}`;

const linesFor = (engines: readonly ReachableEngine[], folder: string): string => {
  const [first] = engines;
  if (!first) return `Unpack to ${folder}. The page Connect of each machine has the lines to type.\n`;
  const all = engines.map(({ name, address, enginePort }) =>
    dockerClientLines({ name, address, port: enginePort, folder }, 'bash'),
  );
  return `Unpack to ${folder}, then type:

${all.map((lines) => `  ${lines.createContext}`).join('\n')}
  docker --context ${first.name} version

or for one shell session on ${first.name}:

${(all[0]?.setEnvironment ?? []).map((line) => `  ${line}`).join('\n')}
  docker version
`;
};

const readmeFor = ({ team, engines, deviceName, issued, privateKeyPem }: ArchiveInput, folder: string): string => {
  const key =
    privateKeyPem === null
      ? 'the private key that you made the request with; put it here yourself'
      : 'your private key. It was made in your browser and exists nowhere else: keep it to yourself.';
  return `Docker client certificate of ${deviceName}, team ${team}
Valid until ${issued.notAfter.toISOString()}
SHA-256 fingerprint ${issued.fingerprint}

ca.pem    by which your docker client knows the team's hosts
cert.pem  your client certificate
key.pem   ${key}

${linesFor(engines, folder)}`;
};

/** Packs the certificate, its CA and the key that never left the browser. */
export function archiveFor(input: ArchiveInput): ClientArchive {
  const folder = folderName(input.team, input.deviceName);
  const unpackedFolder = unpackedFolderOf(input.team, input.deviceName);
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
    changeId: input.issued.changeId,
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
