import 'server-only';
import type { Database } from '@/server/db/database';

/** One session of the database, inside a transaction. */
export interface Session {
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
}

const begin = { read: 'begin isolation level repeatable read read only', write: 'begin' } as const;

/**
 * Runs `work` in one transaction on a session of its own; it is taken back when `work` throws. `read` sees one moment of the
 * database from beginning to end. The embedded database has one session: everybody else waits until `work` is done.
 */
export async function inSession<T>(
  { backend }: Pick<Database, 'backend'>,
  kind: keyof typeof begin,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (backend.kind === 'pglite') {
    return backend.pglite.transaction(async (tx) =>
      work({
        query: async <R extends object>(text: string, values?: readonly unknown[]) =>
          (await tx.query<R>(text, values && [...values])).rows,
      }),
    );
  }
  const client = await backend.pool.connect();
  try {
    await client.query(begin[kind]);
    const result = await work({
      query: async <R extends object>(text: string, values?: readonly unknown[]) =>
        (await client.query<R>(text, values && [...values])).rows,
    });
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // Ends the connection, and with it the transaction.
    client.release(true);
    throw error;
  }
}
