import type { FileHandle } from 'node:fs/promises';

import type { ImageFormat } from '@/lib/image';

interface Kind {
  /** What it is called in a sentence: "it is …". */
  readonly says: string;
  readonly format?: ImageFormat;
  /** What has to be done before it can be used. */
  readonly remedy?: string;
}

const unpack = 'Unpack it, and add what is inside.';

/** By the bytes that every file of the kind has at its beginning. */
const magic: readonly (readonly [bytes: Buffer, kind: Kind])[] = [
  [Buffer.from([0x51, 0x46, 0x49, 0xfb]), { says: 'a qcow2 disk', format: 'qcow2' }],
  [Buffer.from([0x1f, 0x8b]), { says: 'compressed with gzip', remedy: unpack }],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), { says: 'compressed with xz', remedy: unpack }],
  [Buffer.from('BZh'), { says: 'compressed with bzip2', remedy: unpack }],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), { says: 'compressed with zstd', remedy: unpack }],
  [Buffer.from([0x50, 0x4b, 0x03, 0x04]), { says: 'a zip archive', remedy: unpack }],
  [Buffer.from('KDMV'), { says: 'a VMDK disk', remedy: 'Turn it into qcow2 with qemu-img.' }],
  [Buffer.from('# Disk DescriptorFile'), { says: 'a VMDK disk', remedy: 'Turn it into qcow2 with qemu-img.' }],
  [Buffer.from('<<< '), { says: 'a VDI disk', remedy: 'Turn it into qcow2 with qemu-img.' }],
  [Buffer.from('vhdxfile'), { says: 'a VHDX disk', remedy: 'Turn it into qcow2 with qemu-img.' }],
];

// ISO 9660: the first volume descriptor follows 16 sectors of 2 KiB.
const isoAt = 32_769;
const isoSays = Buffer.from('CD001');

const readAt = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
};

const findKind = async (file: FileHandle): Promise<Kind | undefined> => {
  const head = await readAt(file, 0, 64);
  const known = magic.find(([bytes]) => head.subarray(0, bytes.length).equals(bytes));
  if (known) return known[1];
  if (/^\s*<(!doctype|html|\?xml)/i.test(head.toString('latin1'))) {
    return { says: 'a page and no image', remedy: 'Use the address of the file itself.' };
  }
  return (await readAt(file, isoAt, isoSays.length)).equals(isoSays) ? { says: 'an ISO', format: 'iso' } : undefined;
};

/** Says what is wrong where a file is not of the format that it is said to have; null where nothing speaks against it. */
export async function wrongFormat(file: FileHandle, format: ImageFormat): Promise<string | null> {
  const kind = await findKind(file);
  if (kind?.format === format) return null;
  // A raw disk has no mark of its own.
  if (!kind) return format === 'raw' ? null : `The file is no ${format}.`;
  const remedy = kind.remedy ?? `Add it as ${kind.format ?? 'what it is'}.`;
  return `The file is ${kind.says}, not ${format}. ${remedy}`;
}
