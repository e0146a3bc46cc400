import 'server-only';
import { expandNames, machinesAtOnceMax } from '@/lib/name-pattern';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import { deliverHeldJobs } from '@/server/jobs/batches';
import { machineCreate } from '@/server/jobs/kinds/machine-create';
import type { TeamContext } from '@/server/operations/team-context';

import { nameTakenSentence } from './check-machine-name';
import { type CreateMachineInput, type NewMachine, prepareMachine, writeMachine } from './create-machine';

export interface CreateMachinesInput extends Omit<CreateMachineInput, 'hostKey'> {
  /** For options that differ: a value for each machine, in the order of the names. */
  readonly perMachine: Readonly<Record<string, readonly string[]>>;
  readonly atOnce: number;
}

type FieldErrors = Readonly<Record<string, string>>;

const refused = (fieldErrors: FieldErrors): AppError =>
  new AppError({
    code: 'input.invalid',
    public: 'Some of the machines are not right. Nothing was made; each field says what it needs.',
    fieldErrors,
  });

const namesOf = (pattern: string): readonly string[] => {
  const { names, problem } = expandNames(pattern);
  if (problem !== null) throw refused({ name: problem });
  if (names.length > 0) return names;
  throw refused({ name: 'Give the machines names.' });
};

/** Says which lines are missing or stand there twice. */
const checkLines = (names: readonly string[], perMachine: CreateMachinesInput['perMachine']): void => {
  const errors = Object.entries(perMachine).flatMap(([field, lines]): [string, string][] => {
    if (lines.length !== names.length) {
      return [
        [`perMachine.${field}`, `${names.length} lines are needed, one for each machine; ${lines.length} are there.`],
      ];
    }
    const twice = lines.findIndex((line, index) => lines.indexOf(line) !== index);
    return twice < 0
      ? []
      : [[`perMachine.${field}`, `Line ${twice + 1}: ${names[twice] ?? ''} would get the value of another machine.`]];
  });
  if (errors.length > 0) throw refused(Object.fromEntries(errors));
};

/** Where an error of one machine stands in the form: an option that differs has a field of its own. */
const placeOf = (field: string, perMachine: CreateMachinesInput['perMachine']): string => {
  const option = field.startsWith('options.') ? field.slice('options.'.length) : '';
  return Object.hasOwn(perMachine, option) ? `perMachine.${option}` : field;
};

const merge = (errors: Record<string, string[]>, name: string, found: readonly (readonly [string, string])[]): void => {
  for (const [field, sentence] of found) {
    const told = field === 'name' || field.startsWith('perMachine.') ? `${name}: ${sentence}` : sentence;
    const list = (errors[field] ??= []);
    if (!list.includes(told)) list.push(told);
  }
};

/** Every machine, checked; every bad one is named. */
const prepareAll = async (ctx: TeamContext, input: CreateMachinesInput, names: readonly string[]) => {
  const { perMachine, atOnce: _atOnce, ...common } = input;
  const machines: NewMachine[] = [];
  const errors: Record<string, string[]> = {};
  for (const [nth, name] of names.entries()) {
    const own = Object.fromEntries(Object.entries(perMachine).map(([field, lines]) => [field, lines[nth]]));
    try {
      machines.push(await prepareMachine(ctx, { ...common, name, options: { ...common.options, ...own } }));
    } catch (error) {
      if (!(error instanceof AppError) || !error.fieldErrors) throw error;
      const found = Object.entries(error.fieldErrors);
      merge(
        errors,
        name,
        found.map(([field, sentence]) => [placeOf(field, perMachine), sentence] as const),
      );
    }
  }
  const taken = await ctx.db.machine.findMany({ where: { name: { in: [...names] } }, select: { name: true } });
  for (const { name } of taken) merge(errors, name, [['name', nameTakenSentence(name)]]);
  const fields = Object.entries(errors);
  if (fields.length > 0) throw refused(Object.fromEntries(fields.map(([field, list]) => [field, list.join(' ')])));
  return machines;
};

const write = async (ctx: TeamContext, tx: Transaction, of: { machines: NewMachine[]; atOnce: number }) => {
  const { actor, runtime } = ctx;
  const batch = await tx.jobBatch.create({
    data: {
      teamId: actor.teamId,
      kind: machineCreate.id,
      atOnce: of.atOnce,
      createdById: actor.userId,
      createdByName: actor.name,
      createdAt: runtime.clock.now(),
    },
    select: { id: true },
  });
  for (const machine of of.machines) await writeMachine(ctx, tx, { ...machine, batch: { id: batch.id, isHeld: true } });
  await recordAudit(tx, actor, {
    action: 'batch.started',
    target: { type: 'batch', id: batch.id, name: 'create' },
    after: { machines: of.machines.map(({ name }) => name) },
  });
  return batch.id;
};

/**
 * Makes several machines from one form: all of them are checked before anything is written, and all are written or none.
 * Throws input.invalid with every bad machine named at its field ("name", "perMachine.address"), and what createMachine
 * throws.
 */
export async function createMachines(
  ctx: TeamContext,
  input: CreateMachinesInput,
): Promise<{ batchId: string; names: readonly string[] }> {
  const names = namesOf(input.name);
  checkLines(names, input.perMachine);
  const machines = await prepareAll(ctx, input, names);
  const timeout = 1000 * machinesAtOnceMax;
  const batchId = await ctx.db.$transaction((tx) => write(ctx, tx, { machines, atOnce: input.atOnce }), { timeout });
  await deliverHeldJobs(ctx.runtime);
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { batchId, names };
}
