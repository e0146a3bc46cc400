import 'server-only';
import { readEnv, SettingsError } from '@/env';

import { askedCommand, runCommand } from './backup/run-command';
import { watchRequests } from './log/http-requests';
import { ensureFirstAdmin } from './operations/setup/ensure-first-admin';
import { ensureSetupLink } from './operations/setup/ensure-setup-link';
import { markStopping } from './runtime';
import { type StartedConsole, startConsole } from './start';

const stopDeadlineMs = 10_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

const stopOnSignals = (started: StartedConsole): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    markStopping();
    started.runtime.log.info({ signal }, 'stopping: running jobs are handed over');
    // Whatever hangs, the process ends in time: the jobs go on where they were when the next one starts.
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    started.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        started.runtime.log.error({ err }, 'the stop did not go well');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

// next-auth reads these two from the environment. With a fixed address it would send people there who came by another one
// (localhost, a proxy); told to trust the request's host, it stays where the browser is.
const configureSignIn = (): void => {
  delete process.env['NEXTAUTH_URL'];
  process.env['AUTH_TRUST_HOST'] = 'true';
};

/**
 * Starts the console inside the web server's process and prints where it is. Where the settings cannot work it prints one
 * sentence and ends the process with code 1.
 */
export async function serve(): Promise<void> {
  const command = askedCommand();
  if (command) return runCommand(command);
  try {
    const env = readEnv();
    configureSignIn();
    watchRequests();
    const started = await startConsole(env);
    stopOnSignals(started);
    await ensureFirstAdmin(started.runtime);
    const setupLink = await ensureSetupLink(started.runtime);
    say(`\nQuaymaster is ready: ${env.url}`);
    if (setupLink) say(`Set it up within 24 hours: ${setupLink}`);
    if (env.development) say('Development drivers are offered (QUAYMASTER_DEVELOPMENT): never in production.');
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
