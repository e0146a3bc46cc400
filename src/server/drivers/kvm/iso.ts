/** A file in the root folder of the image. */
export interface IsoFile {
  /** Capital letters, digits, "_" and "-"; shown in small letters by Linux. */
  readonly name: string;
  readonly content: string;
}

const sector = 2048;

const both16 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
};

const both32 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
};

const padded = (text: string, length: number) => Buffer.from(text.padEnd(length), 'latin1');

const inSectors = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((sector - (bytes.length % sector)) % sector)]);

interface Extent {
  readonly sector: number;
  readonly sizeBytes: number;
}

/** Time zero: the same input gives the same bytes. ECMA-119 9.1.5. */
const noTime = Buffer.from([70, 1, 1, 0, 0, 0, 0]);

/** ECMA-119 9.1. */
function directoryRecord(name: Buffer, extent: Extent, isFolder: boolean): Buffer {
  const record = Buffer.concat([
    Buffer.from([0, 0]),
    both32(extent.sector),
    both32(extent.sizeBytes),
    noTime,
    Buffer.from([isFolder ? 2 : 0, 0, 0]),
    both16(1),
    Buffer.from([name.length]),
    name,
    Buffer.alloc(name.length % 2 === 0 ? 1 : 0),
  ]);
  record.writeUInt8(record.length, 0);
  return record;
}

/** ECMA-119 9.4, of the root folder, which is the only one. */
function pathTable(root: number, bigEndian: boolean): Buffer {
  const table = Buffer.alloc(10);
  table.writeUInt8(1, 0);
  if (bigEndian) {
    table.writeUInt32BE(root, 2);
    table.writeUInt16BE(1, 6);
  } else {
    table.writeUInt32LE(root, 2);
    table.writeUInt16LE(1, 6);
  }
  return table;
}

interface Layout {
  readonly label: string;
  readonly sectors: number;
  readonly pathTables: readonly [little: number, big: number];
  readonly root: Extent;
}

/** ECMA-119 8.4. */
function volumeDescriptor({ label, sectors, pathTables: [little, big], root }: Layout): Buffer {
  const tables = Buffer.alloc(16);
  tables.writeUInt32LE(little, 0);
  tables.writeUInt32BE(big, 8);
  const never = Buffer.concat([Buffer.from('0'.repeat(16)), Buffer.from([0])]);
  return inSectors(
    Buffer.concat([
      Buffer.from('\u0001CD001\u0001\0', 'latin1'),
      padded('LINUX', 32),
      padded(label, 32),
      Buffer.alloc(8),
      both32(sectors),
      Buffer.alloc(32),
      both16(1),
      both16(1),
      both16(sector),
      both32(10),
      tables,
      directoryRecord(Buffer.from([0]), root, true),
      padded('', 128 * 4 + 37 * 3),
      never,
      never,
      never,
      never,
      Buffer.from([1, 0]),
    ]),
  );
}

/**
 * An ISO 9660 image with files in its root folder and nothing else: what cloud-init reads as its seed. Made here because every
 * hypervisor host would need a tool for it, each distribution another one. Source: ECMA-119.
 */
export function isoImage(label: string, files: readonly IsoFile[]): Buffer {
  const [descriptor, pathTables, rootSector] = [16, [18, 19] as const, 20];
  const root = { sector: rootSector, sizeBytes: sector };
  const data: Buffer[] = [];
  const records: Buffer[] = [];
  let next = rootSector + 1;
  for (const { name, content } of [...files].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const bytes = Buffer.from(content, 'utf8');
    records.push(directoryRecord(Buffer.from(`${name};1`), { sector: next, sizeBytes: bytes.length }, false));
    data.push(inSectors(bytes));
    next += Math.ceil(bytes.length / sector);
  }
  const folder = Buffer.concat([
    directoryRecord(Buffer.from([0]), root, true),
    directoryRecord(Buffer.from([1]), root, true),
    ...records,
  ]);
  return Buffer.concat([
    Buffer.alloc(descriptor * sector),
    volumeDescriptor({ label, sectors: next, pathTables, root }),
    inSectors(Buffer.from('\u00FFCD001\u0001', 'latin1')),
    inSectors(pathTable(rootSector, false)),
    inSectors(pathTable(rootSector, true)),
    inSectors(folder),
    ...data,
  ]);
}
