import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

import { invariant } from '@/server/errors/app-error';

const magic = 'boot2docker, please format-me';
/** boot2docker keeps so much from the beginning of a disk that it formats. Source: files/init.d/autoformat, `dd bs=4096 count=1`. */
const keptBytes = 4096;

/**
 * What an empty disk begins with: a tar whose first entry makes boot2docker format the disk; the others are unpacked into the home
 * of the user docker, at each boot. The whole is within the 4096 bytes that it keeps. Source: boot2docker's automount script;
 * docker-machine's mcnutils/b2d.go.
 */
export async function diskHead(publicKey: string): Promise<Buffer> {
  const tar = pack();
  const key = `${publicKey.trim()}\n`;
  tar.entry({ name: magic, mode: 0o644 }, magic);
  tar.entry({ name: '.ssh', type: 'directory', mode: 0o700 });
  tar.entry({ name: '.ssh/authorized_keys', mode: 0o600 }, key);
  tar.finalize();
  const content = await buffer(tar);
  invariant(
    content.length <= keptBytes,
    `an SSH key of ${key.length} bytes does not fit into the first ${keptBytes} of a disk`,
  );
  return content;
}
