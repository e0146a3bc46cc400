import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { Clock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';

/** What a machine consists of, in the order in which it is made. */
export const thingKinds = ['key-pair', 'disk', 'instance', 'address'] as const;
export type ThingKind = (typeof thingKinds)[number];

const thing = z.strictObject({
  id: z.string(),
  kind: z.enum(thingKinds),
  name: z.string(),
  teamId: z.string(),
  machineId: z.string(),
  size: z.string(),
  power: z.enum(['on', 'off', 'paused', 'saved']),
  /** How often it was switched on after it was made. */
  boots: z.int().min(0).default(0),
});

export type SimulatedThing = z.output<typeof thing>;

/** Where the account of a console lies, below its data folder. */
export const simulatedAccountFolder = (dataDir: string): string => join(dataDir, 'simulated-provider');

/** While a file of this name is in the account's folder no call is answered, of all machines or of one. */
export const switchedOff = (machineId?: string): string => (machineId === undefined ? 'down' : `down-${machineId}`);

/** Told before and after each call, as `before make instance`. May throw, as a crash at that moment would. */
export type OnCall = (moment: string) => void | Promise<void>;

export interface AccountAccess {
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly latencyMs: number;
  /** Whose calls these are; null for those about the whole account. */
  readonly machineId: string | null;
  readonly onCall: OnCall;
}

const readIfThere = async (path: string): Promise<SimulatedThing | null> => {
  try {
    return thing.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    // Allowed: another process has removed it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch (error) {
    // Allowed: nothing was ever made there.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/**
 * The account of the simulated provider: a folder with a file for each thing, shared by all processes on one computer and
 * independent of the console's database, so that the two can differ as they can with a real provider. Every call throws
 * driver.unreachable while the provider is switched off.
 */
export class SimulatedAccount {
  readonly #access: AccountAccess;

  constructor(access: AccountAccess) {
    this.#access = access;
  }

  /** Makes a thing, or gives the one that an earlier call with the same machine, kind and name has made. */
  make(wanted: Omit<SimulatedThing, 'id' | 'power' | 'boots'>): Promise<{ thing: SimulatedThing; isNew: boolean }> {
    return this.#call(`make ${wanted.kind}`, async () => {
      const path = this.#pathOf(wanted);
      const made: SimulatedThing = {
        ...wanted,
        id: `${wanted.kind}-${randomUUID().slice(0, 8)}`,
        power: 'on',
        boots: 0,
      };
      const unfinished = await this.#writeBeside(path, made);
      try {
        // Fails where the file is there: of two calls at the same moment one makes the thing.
        await link(unfinished, path);
        return { thing: made, isNew: true };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        return { thing: (await readIfThere(path)) ?? made, isNew: false };
      } finally {
        await rm(unfinished, { force: true });
      }
    });
  }

  /** What carries the team's tag, and the machine's where one is named. */
  list(tag: { teamId: string; machineId: string | null }): Promise<readonly SimulatedThing[]> {
    return this.#call('list', async () => {
      const team = this.#folderOf(tag.teamId);
      const machines = tag.machineId === null ? await namesIn(team) : [tag.machineId];
      const found: SimulatedThing[] = [];
      for (const machine of machines) {
        for (const name of await namesIn(join(team, machine))) {
          if (!name.endsWith('.json')) continue;
          const known = await readIfThere(join(team, machine, name));
          if (known) found.push(known);
        }
      }
      return found;
    });
  }

  /** Idempotent. */
  drop(unwanted: SimulatedThing): Promise<void> {
    return this.#call(`drop ${unwanted.kind}`, () => rm(this.#pathOf(unwanted), { force: true }));
  }

  /** Out: the instance as it is now. */
  setPower(instance: SimulatedThing, power: SimulatedThing['power']): Promise<SimulatedThing> {
    return this.#call('power', async () => {
      const path = this.#pathOf(instance);
      const boots = instance.boots + (power === 'on' && instance.power === 'off' ? 1 : 0);
      const changed = { ...instance, power, boots };
      await rename(await this.#writeBeside(path, changed), path);
      return changed;
    });
  }

  /** No call about the machine is answered any more, until the file is removed by hand. Returns its path. */
  async switchOff(machineId: string): Promise<string> {
    const path = join(this.#access.folder, switchedOff(machineId));
    await writeFile(path, '');
    return path;
  }

  #folderOf(...segments: readonly string[]): string {
    return join(this.#access.folder, 'things', ...segments);
  }

  #pathOf({ teamId, machineId, kind, name }: Omit<SimulatedThing, 'id' | 'power' | 'size' | 'boots'>): string {
    const token = createHash('sha256').update(name).digest('hex').slice(0, 16);
    return this.#folderOf(teamId, machineId, `${kind}-${token}.json`);
  }

  async #writeBeside(path: string, content: SimulatedThing): Promise<string> {
    const unfinished = `${path}.${randomUUID()}`;
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(unfinished, JSON.stringify(content));
    return unfinished;
  }

  async #call<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { clock, signal, latencyMs, onCall } = this.#access;
    signal.throwIfAborted();
    if (latencyMs > 0) await clock.sleep(latencyMs, signal);
    await this.#assertAnswers();
    await onCall(`before ${name}`);
    const result = await work();
    await onCall(`after ${name}`);
    return result;
  }

  async #assertAnswers(): Promise<void> {
    const { folder, machineId } = this.#access;
    const names = await namesIn(folder);
    if (!names.includes(switchedOff()) && !(machineId !== null && names.includes(switchedOff(machineId)))) return;
    throw new AppError({ code: 'driver.unreachable', public: 'The simulated provider does not answer.' });
  }
}
