import 'server-only';
import { AppError, toAppError } from '@/server/errors/app-error';
import type { GateAdmission } from '@/server/provision/gate/admission';
import { pushAdmission } from '@/server/provision/gate/push-admission';
import type { Runtime } from '@/server/runtime';

import type { Admissions } from './admissions';
import { storeFailure, storeGateAnswer } from './confirm';
import { HostLinks } from './host-links';
import { Slots } from './slots';
import { Turns } from './turns';
import { type WantedAdmission, wantedAdmissions } from './wanted-admission';

/** A host that does not answer in this time is taken for unreachable; it is tried again at the next look. */
const pushTimeoutMs = 12_000;
/** Less than the monitor's interval for gates with a lease: a host that a change has just reached is not asked again by the next look. */
const freshForMs = 20_000;
/** Pushes that run at once; more would only wait for the two ends of the same cable. */
const pushesAtOnce = 64;

type GateMachine = WantedAdmission['machine'];

const isServedByGate = ({ machine }: WantedAdmission): boolean =>
  machine.enforcement === 'gate' && !['creating', 'removing', 'failed'].includes(machine.state);

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
  readonly #turns = new Turns();
  readonly #slots = new Slots(pushesAtOnce);
  /** When each host has last answered, and to which version. */
  readonly #answers = new Map<string, { readonly atMs: number; readonly version: number }>();
  readonly #closing = new AbortController();

  constructor(runtime: () => Runtime) {
    this.#runtime = runtime;
    this.#links = new HostLinks(runtime);
  }

  push(machineIds: readonly string[]): void {
    if (machineIds.length === 0) return;
    // Read once for all: with many machines reading one after the other would keep the last ones waiting.
    const read = this.#read(machineIds);
    // Told to each machine's own push; nobody waits for it where all of them read anew.
    read.catch(() => undefined);
    for (const id of machineIds) {
      const turn = this.#turns.run(id, async ({ hasWaited }) =>
        this.#bringUpToDate((await (hasWaited ? this.#read([id]) : read)).get(id)),
      );
      // The failure is beside the machine and its receipts, and the monitor tries again.
      turn.catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#runtime().log.warn(
          { err: error, machineId: id },
          'a host could not be brought up to date; it stays pending',
        );
      });
    }
  }

  pushNow(machineId: string): Promise<void> {
    return this.#turns.run(machineId, async () => this.#bringUpToDate((await this.#read([machineId])).get(machineId)));
  }

  async keepUpToDate(machineId: string): Promise<void> {
    const { database, clock } = this.#runtime();
    const answer = this.#answers.get(machineId);
    if (answer && clock.now().getTime() - answer.atMs < freshForMs) {
      const isUpToDate = await database.prisma.machine.count({
        where: { id: machineId, wantedVersion: answer.version, pendingSince: null },
      });
      if (isUpToDate > 0) return;
    }
    return this.pushNow(machineId);
  }

  forget(machineId: string): void {
    this.#answers.delete(machineId);
    void this.#links.drop(machineId);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the console stops'));
    await this.#turns.idle();
    await this.#links.close();
  }

  #read(machineIds: readonly string[]): Promise<ReadonlyMap<string, WantedAdmission>> {
    const { database, clock } = this.#runtime();
    return wantedAdmissions({ database, now: clock.now() }, machineIds);
  }

  async #bringUpToDate(wanted: WantedAdmission | undefined): Promise<void> {
    if (!wanted || !isServedByGate(wanted)) return;
    const runtime = this.#runtime();
    const { machine } = wanted;
    try {
      await this.#push(wanted);
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        await storeFailure(runtime, machine, toAppError(error).public);
        await runtime.bus.publish(`team:${machine.teamId}`);
      }
      throw error;
    }
  }

  async #push({ machine, admission }: WantedAdmission): Promise<void> {
    const runtime = this.#runtime();
    const confirmation = await this.#slots.use(() => this.#exchange(machine, admission));
    if (!confirmation.applied && (await this.#catchUp(machine, confirmation.version))) {
      const again = (await this.#read([machine.id])).get(machine.id);
      return again && this.#push(again);
    }
    const answer = { machine, wanted: admission, confirmation, at: runtime.clock.now() };
    this.#answers.set(machine.id, { atMs: answer.at.getTime(), version: admission.version });
    // Refusing comes before writing down that it was refused: nothing is stored while hosts still wait to be told.
    await this.#slots.nobodyWaits();
    if (await storeGateAnswer(runtime, answer)) await runtime.bus.publish(`team:${machine.teamId}`);
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
