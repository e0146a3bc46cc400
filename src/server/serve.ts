import 'server-only';
import { type Env, readEnv, SettingsError } from '@/env';

import { type StartedConsole, startConsole } from './start';

const stopDeadlineMs = 10_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

const stopOnSignals = (started: StartedConsole): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
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

// next-auth reads these two from the environment; the session secret never leaves this process.
const configureSignIn = (env: Env): void => {
  process.env['NEXTAUTH_URL'] ??= env.url;
  process.env['AUTH_TRUST_HOST'] ??= 'true';
};

/**
 * Starts the console inside the web server's process and prints where it is. Where the settings cannot work it prints one
 * sentence and ends the process with code 1.
 */
export async function serve(): Promise<void> {
  try {
    const env = readEnv();
    configureSignIn(env);
    const started = await startConsole(env);
    stopOnSignals(started);
    say(`\nQuaymaster is ready: ${env.url}`);
    if (env.development)
      say('Development drivers are offered (QUAYMASTER_DEVELOPMENT). Never run it so in production.');
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
