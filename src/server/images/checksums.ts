/** What a file has to be, by one of the two digests that publishers use. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'sha512';
  /** Hexadecimal, lower case. */
  readonly value: string;
}

const algorithmOf = (hex: string): Checksum['algorithm'] | undefined => {
  if (hex.length === 64) return 'sha256';
  return hex.length === 128 ? 'sha512' : undefined;
};

const gnuLine = /^\\?([0-9a-f]+)\s+\*?(.+)$/i;
const bsdLine = /^\S+\s*\((.+)\)\s*=\s*([0-9a-f]+)$/i;

const readLine = (line: string): { hex: string; name: string } | undefined => {
  const bsd = bsdLine.exec(line);
  if (bsd) return { name: bsd[1] ?? '', hex: bsd[2] ?? '' };
  const gnu = gnuLine.exec(line);
  return gnu ? { name: gnu[2] ?? '', hex: gnu[1] ?? '' } : undefined;
};

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Finds the checksum of a file in what publishers put beside their files: SHA256SUMS and SHA512SUMS of coreutils, CHECKSUM of BSD, the
 * DIGESTS of Flatcar, or a file that holds one checksum and nothing else. Null where it is not there. Pure.
 * Source: coreutils manual, "md5sum invocation".
 */
export function findChecksum(text: string, fileName: string): Checksum | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines.flatMap((line): Checksum[] => {
    const read = readLine(line);
    const algorithm = read && algorithmOf(read.hex);
    return algorithm && baseName(read.name.trim()) === fileName ? [{ algorithm, value: read.hex.toLowerCase() }] : [];
  });
  if (found.length > 0) return found.find(({ algorithm }) => algorithm === 'sha256') ?? found[0] ?? null;
  const [only = '', ...others] = lines.filter((line) => line !== '');
  const algorithm = others.length === 0 && /^[0-9a-f]+$/i.test(only) ? algorithmOf(only) : undefined;
  return algorithm ? { algorithm, value: only.toLowerCase() } : null;
}
