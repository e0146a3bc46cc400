interface Entry {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
  readonly isFolder?: true;
}

const block = 512;

const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** POSIX.1-1988 (ustar). */
function header({ name, content, mode, isFolder }: Entry): Buffer {
  const bytes = Buffer.alloc(block);
  const put = (offset: number, text: string) => bytes.write(text, offset, 'latin1');
  put(0, name);
  put(100, octal(mode, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(Buffer.byteLength(content), 12));
  put(136, octal(0, 12));
  put(148, ' '.repeat(8));
  put(156, isFolder ? '5' : '0');
  put(257, 'ustar\u000000');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return bytes;
}

const tar = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap((entry) => {
      const content = Buffer.from(entry.content);
      return [header(entry), content, Buffer.alloc((block - (content.length % block)) % block)];
    }),
    Buffer.alloc(2 * block),
  ]);

const magic = 'boot2docker, please format-me';

/**
 * What stands at the beginning of an empty disk so that boot2docker formats it and takes the key in: an archive whose first
 * entry is the request itself. Source: boot2docker's automount script; docker-machine's mcnutils/b2d.go.
 */
export const formatMe = (publicKey: string): Buffer =>
  tar([
    { name: magic, content: magic, mode: 0o644 },
    { name: '.ssh/', content: '', mode: 0o700, isFolder: true },
    { name: '.ssh/authorized_keys', content: `${publicKey}\n`, mode: 0o644 },
    { name: '.ssh/authorized_keys2', content: `${publicKey}\n`, mode: 0o644 },
  ]);
