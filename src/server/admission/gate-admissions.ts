import 'server-only';
import { AppError, toAppError } from '@/server/errors/app-error';
import type { GateAdmission } from '@/server/provision/gate/admission';
import { pushAdmission } from '@/server/provision/gate/push-admission';
import type { Runtime } from '@/server/runtime';

import type { Admissions } from './admissions';
import { storeFailure, storeGateAnswer } from './confirm';
import { HostLinks } from './host-links';
import { Turns } from './turns';
import { wantedAdmissions } from './wanted-admission';

/** A host that does not answer in this time is taken for unreachable; it is tried again at the next look. */
const pushTimeoutMs = 12_000;
/** Pushes that run at once; more would only wait for the two ends of the same cable. */
const pushesAtOnce = 64;

interface GateMachine {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
}

const tooLate = ({ name }: GateMachine) =>
  new AppError({
    code: 'ssh.timeout',
    public: `The host of ${name} did not answer within ${pushTimeoutMs / 1000} s. It is tried again until it does.`,
  });

// What the gate says goes to the console's log where it failed; a push has no job log of its own.
const quiet = { info: () => undefined, line: () => undefined };

/**
 * Pushes admissions to gates over kept connections, several machines at once and each machine one at a time. What was
 * wanted is read anew for every push, so a push that waited brings the newest state, and one push serves all that asked
 * for it while it waited.
 */
export class GateAdmissions implements Admissions {
  readonly #runtime: () => Runtime;
  readonly #links: HostLinks;
  readonly #turns = new Turns(pushesAtOnce);
  readonly #closing = new AbortController();

  constructor(runtime: () => Runtime) {
    this.#runtime = runtime;
    this.#links = new HostLinks(runtime);
  }

  push(machineIds: readonly string[]): void {
    for (const id of machineIds) {
      // The failure is beside the machine and its receipts, and the monitor tries again.
      this.pushNow(id).catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#runtime().log.warn(
          { err: error, machineId: id },
          'a host could not be brought up to date; it stays pending',
        );
      });
    }
  }

  pushNow(machineId: string): Promise<void> {
    return this.#turns.run(machineId, () => this.#bringUpToDate(machineId));
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the console stops'));
    await this.#turns.idle();
    await this.#links.close();
  }

  async #bringUpToDate(machineId: string): Promise<void> {
    const runtime = this.#runtime();
    const machine = await runtime.database.prisma.machine.findFirst({
      where: { id: machineId, enforcement: 'gate', state: { notIn: ['creating', 'removing', 'failed'] } },
      select: { id: true, teamId: true, name: true },
    });
    if (!machine) return;
    try {
      await this.#pushTo(machine);
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        await storeFailure(runtime, machine, toAppError(error).public);
        await runtime.bus.publish(`team:${machine.teamId}`);
      }
      throw error;
    }
  }

  async #pushTo(machine: GateMachine): Promise<void> {
    const runtime = this.#runtime();
    const wanted = await this.#wanted(machine.id);
    if (!wanted) return;
    const confirmation = await this.#exchange(machine, wanted);
    if (!confirmation.applied && (await this.#catchUp(machine, confirmation.version))) return this.#pushTo(machine);
    const answer = { machine, wanted, confirmation, at: runtime.clock.now() };
    if (await storeGateAnswer(runtime, answer)) await runtime.bus.publish(`team:${machine.teamId}`);
  }

  async #wanted(machineId: string): Promise<GateAdmission | undefined> {
    const { database, clock } = this.#runtime();
    return (await wantedAdmissions({ database, now: clock.now() }, [machineId])).get(machineId);
  }

  // A kept connection may be one that died silently: what fails on it is tried once more on a new one.
  async #exchange(machine: GateMachine, wanted: GateAdmission) {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(tooLate(machine)), pushTimeoutMs);
    const signal = AbortSignal.any([this.#closing.signal, deadline.signal]);
    const { clock } = this.#runtime();
    try {
      const { connection, isNew } = await this.#links.open(machine, signal);
      try {
        return await pushAdmission({ host: connection, log: quiet, signal, clock }, wanted);
      } catch (error) {
        if (isNew || connection.isOpen || signal.aborted) throw error;
        await this.#links.drop(machine.id);
        const again = await this.#links.open(machine, signal);
        return await pushAdmission({ host: again.connection, log: quiet, signal, clock }, wanted);
      }
    } catch (error) {
      // What hangs is given up, so that the next push begins with a new connection.
      if (deadline.signal.aborted) void this.#links.drop(machine.id);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * A host may be ahead of the console, whose database came from a backup: the console then counts on from there, so that
   * what it wants is the newest again. Says whether it was so.
   */
  async #catchUp(machine: GateMachine, hostVersion: number): Promise<boolean> {
    const { count } = await this.#runtime().database.prisma.machine.updateMany({
      where: { id: machine.id, teamId: machine.teamId, wantedVersion: { lt: hostVersion } },
      data: { wantedVersion: hostVersion + 1 },
    });
    return count > 0;
  }
}
