import 'server-only';
import type { BatchPreviewRow } from '@/lib/batch';
import { machineCan } from '@/lib/machine';
import { type BulkAction, machineActionPermissions } from '@/lib/machine-action';
import type { Transaction } from '@/server/db/database';
import { AppError } from '@/server/errors/app-error';
import type { JobKind } from '@/server/jobs/job-kind';
import { machineRemove } from '@/server/jobs/kinds/machine-remove';
import { activeStates } from '@/server/operations/jobs/job-rows';
import { actedMachineSelect, actionRefusal, startAction } from '@/server/operations/machines/act-on-machine';
import { assertState } from '@/server/operations/machines/get-machine';
import { type ActedMachine, actionRules } from '@/server/operations/machines/machine-actions';
import { startRemoval } from '@/server/operations/machines/remove-machine';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

/** What is to be done to several machines. */
export interface BatchRequest {
  readonly action: BulkAction;
  readonly machines: readonly string[];
  /** With apply-settings: what takes the place of the present settings of each. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** With remove. */
  readonly removal?:
    | { readonly mode: 'restore' | 'forget'; readonly removeEngine: boolean; readonly deleteData: boolean }
    | undefined;
}

const defaultRemoval = { mode: 'restore', removeEngine: false, deleteData: false } as const;

export const kindOf = (action: BulkAction): JobKind => (action === 'remove' ? machineRemove : actionRules[action].kind);

/** Throws auth.forbidden where the member may not do this to any machine. */
export const assertMayBatch = ({ actor }: TeamContext, action: BulkAction): void =>
  assertMay(actor, machineActionPermissions[action]);

type Behind = BatchPreviewRow['behind'];

/** A machine that was named, with the job that its next one waits for. */
export interface ChosenMachine extends ActedMachine {
  readonly behind: Behind;
}

/** The machines of these names that are there, in the order of the names. */
export async function chooseMachines(tx: Transaction, names: readonly string[]): Promise<Map<string, ChosenMachine>> {
  const rows = await tx.machine.findMany({
    where: { name: { in: [...names] } },
    select: {
      ...actedMachineSelect,
      jobs: {
        where: { state: { in: [...activeStates] } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 1,
        select: { id: true, kind: true, subject: true },
      },
    },
  });
  return new Map(rows.map(({ jobs, ...machine }) => [machine.name, { ...machine, behind: jobs[0] ?? null }]));
}

const removalRefusal = ({ actor }: TeamContext, machine: ChosenMachine): AppError | null => {
  try {
    if (machine.ownerId !== actor.userId) assertMay(actor, 'machine.remove-any');
    assertState(machine, machineCan.remove, 'removed');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  if (!machine.behind) return null;
  return new AppError({ code: 'machine.wrong-state', public: `A job is still working on ${machine.name}.` });
};

/** Why nothing is done to the machine; null where something is. */
export const refusalOf = (ctx: TeamContext, machine: ChosenMachine, request: BatchRequest): AppError | null =>
  request.action === 'remove'
    ? removalRefusal(ctx, machine)
    : actionRefusal(machine, { action: request.action, settings: request.settings });

export const notThere = (name: string): string => `There is no machine "${name}" in this team.`;

/** Starts the held job of one machine. */
export function startHeldJob(
  ctx: TeamContext,
  tx: Transaction,
  on: { readonly machine: ActedMachine; readonly request: BatchRequest; readonly batchId: string },
): Promise<{ id: string }> {
  const { machine, request } = on;
  const batch = { id: on.batchId, isHeld: true };
  if (request.action === 'remove') {
    return startRemoval(ctx, tx, { machine, ...(request.removal ?? defaultRemoval), batch });
  }
  return startAction(ctx, tx, { machine, request: { action: request.action, settings: request.settings }, batch });
}
