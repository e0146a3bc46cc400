// A process that owns a host and a database and never lets go of them by itself: the tests end it, in every way.
import { startHost } from './lab';
import { startPostgres } from './postgres';

async function own(): Promise<void> {
  const [host, database] = await Promise.all([startHost(), startPostgres()]);
  process.stdout.write(`${JSON.stringify({ host: host.name, database: database.name })}\n`);
  setInterval(() => undefined, 60_000);
}

void own();
