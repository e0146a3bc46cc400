import { startPostgres } from '../../e2e/lab/postgres';

/** Starts a PostgreSQL for the run, unless QUAYMASTER_TEST_DATABASE_URL names one; openTestDatabase makes databases in it. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['QUAYMASTER_TEST_DATABASE_URL']) return () => Promise.resolve();
  const postgres = await startPostgres();
  process.env['QUAYMASTER_TEST_DATABASE_URL'] = postgres.url;
  return () => postgres.stop();
}
