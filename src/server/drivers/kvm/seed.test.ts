import { describe, expect, it } from 'vitest';

import { metaData, seedImage, tellAddress, userData } from './seed';

const seed = { machineId: 'machine-1', hostName: 'edge-1', user: 'debian', publicKey: 'ssh-ed25519 AAAA "quoted"' };
const sector = 2048;

/** Reads an ISO 9660 image by the standard, not by the code that wrote it. */
function filesOf(image: Buffer): { label: string; sizeBytes: number; files: Record<string, string> } {
  const volume = image.subarray(16 * sector, 17 * sector);
  expect(volume.subarray(0, 6).toString('latin1')).toBe('\u0001CD001');
  const root = volume.subarray(156, 190);
  const [start, length] = [root.readUInt32LE(2), root.readUInt32LE(10)];
  expect([root.readUInt32BE(6), root.readUInt32BE(14)]).toEqual([start, length]);
  const folder = image.subarray(start * sector, start * sector + length);
  const files: Record<string, string> = {};
  for (let at = 0; folder[at]; at += folder[at] ?? 0) {
    const name = folder.subarray(at + 33, at + 33 + (folder[at + 32] ?? 0)).toString('latin1');
    if (name.length === 1) continue;
    const from = folder.readUInt32LE(at + 2) * sector;
    files[name] = image.subarray(from, from + folder.readUInt32LE(at + 10)).toString();
  }
  return {
    label: volume.subarray(40, 72).toString('latin1').trimEnd(),
    sizeBytes: volume.readUInt32LE(80) * sector,
    files,
  };
}

describe('the seed', () => {
  it('is a file system with the label and the files that cloud-init looks for', () => {
    const image = seedImage(seed);
    const { label, sizeBytes, files } = filesOf(image);
    expect(label).toBe('cidata');
    expect(sizeBytes).toBe(image.length);
    expect(files).toEqual({ 'META-DATA;1': metaData(seed), 'USER-DATA;1': userData(seed) });
  });

  it('holds user, key and host name, whatever is in them', () => {
    const [head = '', ...body] = userData(seed).split('\n');
    expect(head).toBe('#cloud-config');
    expect(JSON.parse(body.join('\n'))).toMatchObject({
      hostname: 'edge-1',
      users: [{ name: 'debian', lock_passwd: true, ssh_authorized_keys: [seed.publicKey] }],
      ssh_pwauth: false,
      write_files: [
        { path: '/var/lib/cloud/scripts/per-boot/quaymaster-address', permissions: '0755', content: tellAddress },
      ],
    });
    expect(JSON.parse(metaData(seed))).toEqual({ 'instance-id': 'machine-1', 'local-hostname': 'edge-1' });
  });
});
