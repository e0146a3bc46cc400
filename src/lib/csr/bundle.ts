import { strToU8, type ZipAttributes, zipSync } from 'fflate';

export interface BundleInput {
  readonly caPem: string;
  readonly certificatePem: string;
  /** Null where the key is not here: the archive then holds no key.pem. */
  readonly privateKeyPem: string | null;
  /** Text of README.txt. */
  readonly readme: string;
  /** Name of the one folder in the archive; characters that a file system may refuse become "-". */
  readonly folder: string;
  /** The time that the files carry; now if absent. */
  readonly madeAt?: Date;
}

/** Says that the attributes are Unix modes. Source: PKWARE APPNOTE 4.4.2. */
const unix = 3;
const modes = { folder: 0o40_700, secret: 0o100_600, plain: 0o100_644 } as const;
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Packs what a docker client needs into one ZIP archive with one folder: ca.pem, cert.pem, key.pem (mode 0600) and
 * README.txt; the names are those that DOCKER_CERT_PATH expects. Out: the bytes of the archive. Pure.
 */
export function packBundle(input: BundleInput): Uint8Array<ArrayBuffer> {
  const folder = bundleFolderName(input.folder);
  const mtime = input.madeAt ?? new Date();
  const attributes = (mode: number): ZipAttributes => ({ os: unix, attrs: (mode << 16) >>> 0, mtime });
  return zipSync({
    [`${folder}/`]: [new Uint8Array(), attributes(modes.folder)],
    [`${folder}/ca.pem`]: [strToU8(input.caPem), attributes(modes.plain)],
    [`${folder}/cert.pem`]: [strToU8(input.certificatePem), attributes(modes.plain)],
    ...(input.privateKeyPem !== null && {
      [`${folder}/key.pem`]: [strToU8(input.privateKeyPem), attributes(modes.secret)] as const,
    }),
    [`${folder}/README.txt`]: [strToU8(input.readme), attributes(modes.plain)],
  });
}

/** A folder name that every file system takes, and that cannot lead out of the folder where it is unpacked. */
export function bundleFolderName(wanted: string): string {
  const name = wanted
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, 100);
  if (name === '') return 'docker-client';
  return reservedOnWindows.test(name) ? `docker-${name}` : name;
}
