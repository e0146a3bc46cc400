import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { Runtime } from '@/server/runtime';

import type { Admissions } from './admissions';

const confirmTimeoutMs = 15_000;
/** The wake-up call may be lost; the row is not. */
const readEveryMs = 500;

interface Row {
  readonly name: string;
  readonly wantedVersion: number;
  readonly confirmedVersion: number;
  readonly pendingReason: string | null;
}

/**
 * The admissions of a process that serves pages only: it keeps no connections to hosts. It says that something has changed,
 * and the process that looks after the machine pushes it.
 */
export class RemoteAdmissions implements Admissions {
  readonly #runtime: () => Runtime;
  readonly #closing = new AbortController();

  constructor(runtime: () => Runtime) {
    this.#runtime = runtime;
  }

  push(machineIds: readonly string[]): void {
    if (machineIds.length === 0) return;
    const { bus, log } = this.#runtime();
    // Allowed to fail: whoever looks after the machines sees it at the next look.
    bus.publish('admissions').catch((err: unknown) => log.warn({ err }, 'a wake-up call could not be sent'));
  }

  async pushNow(machineId: string): Promise<void> {
    const wanted = await this.#read(machineId);
    if (!wanted || wanted.confirmedVersion >= wanted.wantedVersion) return;
    this.push([machineId]);
    const { clock } = this.#runtime();
    const untilMs = clock.now().getTime() + confirmTimeoutMs;
    let row: Row | null = wanted;
    while (clock.now().getTime() < untilMs) {
      await clock.sleep(readEveryMs, this.#closing.signal);
      row = await this.#read(machineId);
      if (!row || row.confirmedVersion >= wanted.wantedVersion) return;
    }
    throw new AppError({
      code: 'ssh.timeout',
      public:
        row?.pendingReason ?? `The host of ${wanted.name} has not confirmed yet. It is tried again until it does.`,
    });
  }

  keepUpToDate(machineId: string): Promise<void> {
    return this.pushNow(machineId);
  }

  forget(): void {
    // Nothing is kept here.
  }

  close(): Promise<void> {
    this.#closing.abort(new Error('the console stops'));
    return Promise.resolve();
  }

  #read(machineId: string): Promise<Row | null> {
    return this.#runtime().database.prisma.machine.findFirst({
      where: { id: machineId, enforcement: 'gate', state: { notIn: ['creating', 'removing', 'failed'] } },
      select: { name: true, wantedVersion: true, confirmedVersion: true, pendingReason: true },
    });
  }
}
