import 'server-only';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';

import { extract } from 'tar-stream';

import { SettingsError } from '@/env';
import type { Database } from '@/server/db/database';

import { decryptStream } from './age-file';
import { assertEmpty, assertSameSchema, clear } from './empty-target';
import { type Manifest, parseManifest } from './manifest';
import { askForRequeue } from './requeue';
import { ContentCounter, contentOf, RowWriter } from './rows';
import { inSession, type Session } from './session';
import { listTables, signedIn, type Table, withoutForeignKeys } from './tables';

export interface RestoreInput {
  readonly database: Database;
  readonly source: Readable;
  readonly passphrase: string;
  /** Called with the key of the backup when all rows are in place, before they are kept: throw to take everything back. */
  readonly keepMasterKey: (key: Buffer) => Promise<void>;
}

export interface Restored {
  readonly manifest: Manifest;
}

const damaged = (what: string) =>
  new SettingsError(`The backup is damaged: ${what}. Nothing was changed; use another copy.`);

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '') throw damaged('a line of it is cut off');
}

const restoreTable = async (session: Session, name: string, entry: AsyncIterable<unknown>): Promise<void> => {
  const writer = new RowWriter(session, name);
  await pipeline(Readable.from(entry), createGunzip(), async (unzipped: AsyncIterable<Buffer>) => {
    for await (const line of linesOf(unzipped)) await writer.add(line);
    await writer.flush();
  });
};

const textOf = (entry: AsyncIterable<unknown>): Promise<string> => text(Readable.from(entry));

/** A gate takes over no version that is older than its own, and it may have heard of changes that the backup has not. */
const outrunHosts = (session: Session) =>
  session.query(`update "Machine" set "wantedVersion" = "wantedVersion" + 1000000 where "enforcement" = 'gate'`);

const verify = async (session: Session, tables: readonly Table[], manifest: Manifest): Promise<void> => {
  for (const expected of manifest.tables) {
    const table = tables.find(({ name }) => name === expected.name);
    const content = table ? await contentOf(session, table) : new ContentCounter().content();
    if (content.rows !== expected.rows) {
      throw damaged(`${expected.name} has ${content.rows} rows instead of ${expected.rows}`);
    }
    if (content.sha256 !== expected.sha256) throw damaged(`the rows of ${expected.name} are not what was written`);
  }
};

interface Entry extends AsyncIterable<unknown> {
  readonly header: { readonly name: string };
}

interface Unpacked {
  readonly manifest: Manifest;
  readonly masterKey: Buffer;
}

const unpack = async (session: Session, archive: AsyncIterable<Entry>): Promise<Unpacked> => {
  let manifest: Manifest | undefined;
  let masterKey: Buffer | undefined;
  for await (const entry of archive) {
    const { name } = entry.header;
    const table = /^tables\/(\w+)\.ndjson\.gz$/.exec(name)?.[1];
    if (name === 'manifest.json') {
      manifest = parseManifest(await textOf(entry));
      await assertSameSchema(session, manifest);
    } else if (name === 'master.key') {
      masterKey = Buffer.from((await textOf(entry)).trim(), 'base64');
    } else if (table !== undefined && manifest?.tables.some((listed) => listed.name === table)) {
      await restoreTable(session, table, entry);
    } else {
      throw damaged(`it holds ${name}, which does not belong there`);
    }
  }
  if (!manifest || masterKey?.length !== 32) throw damaged('it has no list of contents or no master key');
  return { manifest, masterKey };
};

const asSentence = (error: unknown): unknown => {
  if (error instanceof SettingsError || !(error instanceof Error)) return error;
  return /unexpected end|Unexpected end|stream|final|decrypt|tag|truncated|premature|incorrect|invalid/i.test(
    error.message,
  )
    ? damaged('it ends too early, or was changed on its way')
    : error;
};

/**
 * Puts a backup into an empty installation, in one transaction: all of it or nothing. Counts and hashes of every table are
 * compared with what the backup says. Nobody is signed in afterwards, jobs that had not ended are queued again at the next
 * start, and gates are told anew who gets in. Throws SettingsError with one sentence.
 */
export async function restoreBackup({ database, source, passphrase, keepMasterKey }: RestoreInput): Promise<Restored> {
  await inSession(database, 'read', assertEmpty);
  const decrypted = await decryptStream(source, passphrase);
  const archive = extract();
  decrypted.on('error', (error) => archive.destroy(error));
  try {
    return await inSession(database, 'write', async (session) => {
      await assertEmpty(session);
      const tables = await listTables(session, signedIn);
      await clear(session, tables);
      let unpacked: Unpacked | undefined;
      await withoutForeignKeys(session, async () => {
        // Only now: what an archive finds before anybody reads it is lost.
        decrypted.pipe(archive);
        unpacked = await unpack(session, archive);
        await verify(session, tables, unpacked.manifest);
      });
      if (!unpacked) throw damaged('it is empty');
      await outrunHosts(session);
      await askForRequeue(session);
      await keepMasterKey(unpacked.masterKey);
      return { manifest: unpacked.manifest };
    });
  } catch (error) {
    throw asSentence(error);
  } finally {
    decrypted.destroy();
    source.destroy();
  }
}
