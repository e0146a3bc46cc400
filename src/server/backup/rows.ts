import 'server-only';
import { createHash } from 'node:crypto';

import type { Session } from './session';
import { quoted, type Table } from './tables';

const rowsAtOnce = 500;
const largeRowsAtOnce = 20;
const batchBytesMax = 1024 * 1024;

/** What a table holds: how many rows, and SHA-256 (hex) over their lines in the order of the primary key. */
export interface Content {
  readonly rows: number;
  readonly sha256: string;
}

/** Counts and hashes lines as they pass. */
export class ContentCounter {
  readonly #hash = createHash('sha256');
  #rows = 0;

  add(line: string): void {
    this.#hash.update(line).update('\n');
    this.#rows += 1;
  }

  content(): Content {
    return { rows: this.#rows, sha256: this.#hash.digest('hex') };
  }
}

/**
 * The rows of a table, one line of JSON each, as the database itself writes it: what reads them back is the database, so no
 * number, time or byte passes through a type of ours. A few hundred at a time, so that memory stays bounded.
 */
export async function* readRows(session: Session, table: Table): AsyncGenerator<string[], void, void> {
  await session.query(`set local bytea_output = 'hex'`);
  await session.query(
    `declare "copy" no scroll cursor for
      select row_to_json(t)::text as line from (select * from ${quoted(table.name)} order by ${table.order}) as t`,
  );
  const fetch = `fetch ${table.hasBytes ? largeRowsAtOnce : rowsAtOnce} from "copy"`;
  for (;;) {
    const rows = await session.query<{ line: string }>(fetch);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await session.query('close "copy"');
}

/** Puts lines of readRows into a table, in batches of about a megabyte. */
export class RowWriter {
  readonly #session: Session;
  readonly #insert: string;
  #batch: string[] = [];
  #bytes = 0;

  constructor(session: Session, tableName: string) {
    const table = quoted(tableName);
    this.#session = session;
    this.#insert = `insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`;
  }

  async add(line: string): Promise<void> {
    this.#batch.push(line);
    this.#bytes += line.length;
    if (this.#batch.length >= rowsAtOnce || this.#bytes >= batchBytesMax) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    await this.#session.query(this.#insert, [`[${this.#batch.join(',')}]`]);
    this.#batch = [];
    this.#bytes = 0;
  }
}

/** Counts and hashes a table as it is now. */
export async function contentOf(session: Session, table: Table): Promise<Content> {
  const counter = new ContentCounter();
  for await (const lines of readRows(session, table)) for (const line of lines) counter.add(line);
  return counter.content();
}
