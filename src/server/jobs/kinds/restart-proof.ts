import type { StepLog } from '@/lib/step-log';
import { waitFor, type WaitOptions } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { openHost } from '@/server/operations/machines/open-host';
import { sh } from '@/server/ssh/shell';

import type { MachineStepContext } from './machine-steps';

const readTimeoutMs = 10_000;

/** Longer than Amazon gives an operating system before it resets the machine: 4 minutes. */
const restartMs = 6 * 60_000;

/** Names one run of a host's system; another one after each restart. The first process tells in containers, too. */
async function readBoot({ runtime, signal }: MachineStepContext, machine: LoadedMachine): Promise<string> {
  const connection = await openHost(runtime, machine, signal);
  try {
    const script = sh`cat /proc/sys/kernel/random/boot_id; sed 's/.*) //' /proc/1/stat 2>/dev/null | cut -d' ' -f20`;
    const { stdout } = await connection.run(
      { name: 'read the id of the boot', script, timeoutMs: readTimeoutMs },
      signal,
    );
    return stdout.trim();
  } finally {
    await connection.close();
  }
}

interface Checkpoint {
  /** How the host named its run before it was told to restart. */
  boot: string;
}

/** Notes which run of the host's system is to end; of a host that the console cannot ask nothing is noted. */
export async function noteBoot(ctx: MachineStepContext, machine: LoadedMachine): Promise<void> {
  if (!machine.target.ssh || (ctx.state as Partial<Checkpoint>).boot !== undefined) return;
  try {
    const noted: Checkpoint = { boot: await readBoot(ctx, machine) };
    await ctx.checkpoint(noted);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.info(`Whether the host has restarted will be told by its engine alone: ${error.public}`);
  }
}

interface Awaited extends Pick<WaitOptions<void>, 'clock' | 'signal'> {
  readonly log: StepLog;
  readonly before: string;
  /** Throws AppError while the host does not answer. */
  readonly read: () => Promise<string>;
}

/** Waits until another run of the system answers. Throws driver.failed where the old one goes on; not where nobody can tell. */
export async function waitForAnotherBoot({ clock, signal, log, before, read }: Awaited): Promise<void> {
  let isOld = false;
  try {
    await waitFor<void>({
      clock,
      signal,
      everyMs: 2000,
      timeoutMs: restartMs,
      timeout: { code: 'driver.failed', what: 'The restart of the host' },
      onWaiting: (observed) => log.info(observed),
      poll: async () => {
        isOld = false;
        try {
          isOld = (await read()) === before;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return { done: false, observed: error.public };
        }
        return isOld ? { done: false, observed: 'The host has not gone down yet' } : { done: true, value: undefined };
      },
    });
  } catch (error) {
    if (isOld || !(error instanceof AppError)) throw error;
    // Allowed: its SSH may not come back; the engine tells more.
    log.info('Nobody can tell over SSH whether the host has restarted.');
  }
}

/** Waits for the restart of a host whose boot was noted; at once where none was. */
export async function waitForRestart(ctx: MachineStepContext, machine: LoadedMachine): Promise<void> {
  const { boot } = ctx.state as Partial<Checkpoint>;
  if (boot === undefined) return;
  const { clock, signal, log } = ctx;
  await waitForAnotherBoot({ clock, signal, log, before: boot, read: () => readBoot(ctx, machine) });
  log.info('The host has restarted.');
}
