import { endWithThisProcess, hasEnded } from './cleanup';
import { labCommand } from './lab-command';

export interface Postgres {
  name: string;
  /** postgresql://user:password@127.0.0.1:port/database, of a superuser and an empty database. */
  url: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Orderly when it is on; after `kill`, with the recovery from the crash. Resolves when it answers. Same url, same data. */
  restart(): Promise<void>;
  /** As a crash of the server would end it: at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/**
 * Starts a PostgreSQL cluster of its own, from Debian's package, that ends with this process at the latest. Needs root.
 * Its data is in memory: it survives crashes of the server, as on a disk, but not `stop`.
 */
export async function startPostgres(): Promise<Postgres> {
  const answer: unknown = JSON.parse(await labCommand(['start-database', String(process.pid)]));
  const { name, url } = parseFacts(answer);
  endWithThisProcess(name);
  return {
    name,
    url,
    stop: async () => {
      await labCommand(['stop', name]);
      hasEnded(name);
    },
    restart: async () => void (await labCommand(['restart-database', name])),
    kill: async () => void (await labCommand(['kill-database', name])),
  };
}

function parseFacts(answer: unknown): { name: string; url: string } {
  if (typeof answer === 'object' && answer !== null && 'name' in answer && 'url' in answer) {
    const { name, url } = answer;
    if (typeof name === 'string' && typeof url === 'string') return { name, url };
  }
  throw new Error(`lab.sh start-database answered: ${JSON.stringify(answer)}`);
}
