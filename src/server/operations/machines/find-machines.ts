import 'server-only';
import { machineCan, type MachineState } from '@/lib/machine';
import { type MachineAction, mayAct, queuedActions } from '@/lib/machine-action';
import { type MachineOrder, parseMachineFilter } from '@/lib/machine-filter';
import type { TeamContext } from '@/server/operations/team-context';
import { may } from '@/server/policies/may';

import { describeWay } from './describe-way';
import { loadMachineRows, machineOrderSql, type MachineRow } from './list-machines';
import { whyNotAct } from './machine-actions';
import { machineConditions } from './machine-conditions';

/** As many as one action takes. */
const selectedMax = 500;
/** As many as the lines of one archive can name and still be read. */
const enginesMax = 500;

/** A machine as something to go to. */
export interface FoundMachine {
  readonly name: string;
  readonly driver: string;
  readonly address: string | null;
  readonly state: MachineState;
  /** What the caller may do to it now: by role, driver and state. */
  readonly can: readonly MachineAction[];
}

type FoundRow = Omit<FoundMachine, 'can'> & { readonly ownerId: string | null };

function whatCan({ actor }: TeamContext, machine: FoundRow): readonly MachineAction[] {
  const mayRemove = may(actor, machine.ownerId === actor.userId ? 'machine.remove' : 'machine.remove-any');
  return [
    ...queuedActions.filter((action) => mayAct(actor.role, action) && whyNotAct(machine, action) === null),
    ...(mayRemove && machineCan.remove(machine.state) ? (['remove'] as const) : []),
  ];
}

/** The machines that a few words fit, those first whose name begins with them. */
export async function searchMachines(
  ctx: TeamContext,
  input: { readonly q: string; readonly limit: number },
): Promise<FoundMachine[]> {
  const filter = parseMachineFilter(input.q);
  const rows = await ctx.db.$queryRaw<FoundRow[]>`
    select m."name", m."driver", m."address", m."ownerId", m."state"::text as state from "Machine" m
    where ${machineConditions(ctx.actor.teamId, filter)}
    order by starts_with(m."name", ${input.q.trim()}) desc, m."name" collate "C" limit ${input.limit}`;
  return rows.map(({ ownerId, ...machine }) => ({ ...machine, can: whatCan(ctx, { ...machine, ownerId }) }));
}

/** The names of the first machines of the list, for choosing all of them; no more than one action takes. */
export async function listMachineNames(
  { db, actor }: TeamContext,
  input: MachineOrder & { readonly filter: string },
): Promise<{ readonly names: readonly string[] }> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    select m."name" from "Machine" m where ${machineConditions(actor.teamId, parseMachineFilter(input.filter))}
    order by ${machineOrderSql(input)} limit ${selectedMax}`;
  return { names: rows.map(({ name }) => name) };
}

/** The rows of these machines as they are now, for a list that keeps its place. Those that are gone are left out. */
export async function readMachineRows(
  ctx: TeamContext,
  input: { readonly names: readonly string[] },
): Promise<{ readonly machines: readonly MachineRow[] }> {
  const rows = await loadMachineRows(ctx, { name: { in: [...input.names] } });
  return { machines: [...rows.values()] };
}

/**
 * The engines that admit the caller, as the lines of an archive name them. One that only its hypervisor host reaches is not among
 * them: its own page has the tunnel and the lines through it.
 */
export async function listOwnEngines(
  ctx: TeamContext,
): Promise<{ readonly name: string; readonly address: string; readonly enginePort: number }[]> {
  const rows = await ctx.db.machine.findMany({
    where: { address: { not: null }, admissions: { some: { membershipId: ctx.actor.membershipId } } },
    select: { id: true, driver: true, name: true, address: true, enginePort: true },
    orderBy: { name: 'asc' },
    take: enginesMax,
  });
  const ways = await Promise.all(rows.map((row) => describeWay(ctx, row)));
  return rows.flatMap(({ name, address, enginePort }, index) =>
    address === null || ways[index] ? [] : [{ name, address, enginePort }],
  );
}
