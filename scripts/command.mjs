// node serve.mjs backup FILE | restore FILE | move postgresql://… : what is done to an installation instead of serving it.
import { createHmac } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const passphraseMin = 12;

class Sentence extends Error {}

const askHidden = (question) =>
  new Promise((done, fail) => {
    if (!process.stdin.isTTY) {
      fail(new Sentence('There is no terminal to ask for the passphrase. Set QUAYMASTER_BACKUP_PASSPHRASE_FILE.'));
      return;
    }
    process.stdout.write(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, next) => next() });
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    lines.once('SIGINT', () => process.exit(130));
    lines.once('line', (line) => {
      lines.close();
      process.stdout.write('\n');
      done(line);
    });
  });

const readPassphrase = async ({ twice }) => {
  const file = process.env.QUAYMASTER_BACKUP_PASSPHRASE_FILE;
  if (file) {
    if (!existsSync(file)) throw new Sentence(`QUAYMASTER_BACKUP_PASSPHRASE_FILE: there is no file ${file}.`);
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  }
  const passphrase = await askHidden('Passphrase of the backup: ');
  if (!twice) return passphrase;
  if (passphrase.length < passphraseMin) {
    throw new Sentence(`The passphrase must have at least ${passphraseMin} characters.`);
  }
  if ((await askHidden('Once more: ')) !== passphrase) throw new Sentence('The two passphrases differ.');
  return passphrase;
};

const readMasterKey = () => {
  const text = process.env.QUAYMASTER_MASTER_KEY;
  if (text) return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  const path = join(process.env.QUAYMASTER_DATA_DIR, 'master.key');
  if (!existsSync(path)) {
    throw new Sentence(
      `There is no master key in ${path}. Set QUAYMASTER_DATA_DIR or QUAYMASTER_MASTER_KEY as the console has it.`,
    );
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
};

const askConsole = async (passphrase) => {
  const host = process.env.HOST && !['0.0.0.0', '::'].includes(process.env.HOST) ? process.env.HOST : '127.0.0.1';
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${process.env.PORT || '3000'}`;
  // Proves that this command may read the master key; see commandTokenOf in src/server/secrets/master-key.ts.
  const token = createHmac('sha256', readMasterKey()).update('quaymaster command').digest('hex');
  const response = await fetch(`${url}/api/system/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ passphrase }),
  }).catch(() => {
    throw new Sentence(
      `No console answers at ${url}. A backup is made while it runs: start it, or set HOST and PORT as it has them.`,
    );
  });
  if (!response.ok) throw new Sentence((await response.text()).trim());
  return response.body;
};

const backup = async (file) => {
  if (!file) throw new Sentence('Name the file to write: npm run backup -- FILE');
  if (existsSync(file)) throw new Sentence(`${file} exists already. Nothing was written.`);
  const body = await askConsole(await readPassphrase({ twice: true }));
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(Readable.fromWeb(body), createWriteStream(unfinished, { mode: 0o600 }));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new Sentence(`The backup could not be finished (${error.message}). Nothing was kept.`);
  }
  renameSync(unfinished, file);
  process.stdout.write(
    `${file} is written. It holds the master key: whoever has it and the passphrase has everything.\n`,
  );
};

/** The file as whoever called npm meant it. */
const fileOf = (name) => name && resolve(process.env.INIT_CWD || process.cwd(), name);

const commands = {
  backup: async (name) => {
    await backup(fileOf(name));
    process.exit(0);
  },
  restore: async (name) => {
    if (!name) throw new Sentence('Name the backup: npm run restore -- FILE');
    return { name: 'restore', file: fileOf(name), passphrase: await readPassphrase({ twice: false }) };
  },
  move: async (url) => {
    if (!/^postgres(ql)?:\/\//.test(url ?? '')) {
      throw new Sentence('Name the database to move to: npm run move -- postgresql://user:password@host/database');
    }
    return { name: 'move', url };
  },
};

/**
 * What the command line asks for: undefined to serve, else what the built console is to do instead. A backup is made at once,
 * by the console that runs.
 */
export async function readCommand([name, argument]) {
  if (name === undefined) return undefined;
  try {
    if (!Object.hasOwn(commands, name)) {
      throw new Sentence(`Unknown: ${name}. There are ${Object.keys(commands).join(', ')}.`);
    }
    return await commands[name](argument);
  } catch (error) {
    if (!(error instanceof Sentence)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
