import 'server-only';
import { machineActionPermissions, type QueuedAction } from '@/lib/machine-action';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import type { Prisma } from '@/server/db/generated/client';
import { makesHost } from '@/server/drivers/makes-host';
import { getDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { startJob } from '@/server/jobs/start-job';
import { parseSettings } from '@/server/operations/drivers/parse-settings';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';
import { type EngineSettings, engineSettings } from '@/server/provision/engine-settings';

import { type ActedMachine, actionRules, whyNotAct } from './machine-actions';

/** What is to be done. Settings that are given take the place of those that the machine has, null takes one away; others stay. */
export interface ActRequest {
  readonly action: QueuedAction;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** With upgrade: a version that is on offer. Left out: the newest. */
  readonly version?: string | undefined;
}

export const actedMachineSelect = {
  id: true,
  name: true,
  state: true,
  ownerId: true,
  driver: true,
  enforcement: true,
  engineSettings: true,
} satisfies Prisma.MachineSelect;

const settingsFor = (machine: ActedMachine, changes: ActRequest['settings']): EngineSettings => {
  const present = engineSettings.parse(machine.engineSettings);
  const merged = Object.entries({ ...present, ...changes }).filter(([, value]) => value !== null);
  const parsed = parseSettings(engineSettings, Object.fromEntries(merged), 'engine');
  if (parsed.value !== undefined) return parsed.value;
  throw new AppError({
    code: 'input.invalid',
    public: `Settings of ${machine.name} are not right: ${Object.values(parsed.fieldErrors)[0] ?? ''}`,
    fieldErrors: parsed.fieldErrors,
  });
};

const payloadOf = (machine: ActedMachine, { action, settings, version }: ActRequest): Prisma.InputJsonObject => {
  const machineId = machine.id;
  if (action === 'provision') {
    return { machineId, enforcement: machine.enforcement, namesHost: makesHost(getDriver(machine.driver)) };
  }
  if (action === 'upgrade') return { machineId, version: version ?? null };
  if (action !== 'apply-settings') return { machineId };
  return { machineId, settings: { ...settingsFor(machine, settings) } };
};

/** Why nothing would be done to the machine: driver, state, or settings that would not be right. Null where something would. */
export function actionRefusal(machine: ActedMachine, request: ActRequest): AppError | null {
  const refusal = whyNotAct(machine, request.action);
  if (refusal || request.action !== 'apply-settings') return refusal;
  try {
    settingsFor(machine, request.settings);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

export interface ActOn {
  readonly machine: ActedMachine;
  readonly request: ActRequest;
  readonly batch?: { readonly id: string; readonly isHeld: boolean };
}

/**
 * Starts the job of an action on a machine, behind those that it has already. Throws driver.unsupported, machine.wrong-state,
 * input.invalid, auth.forbidden.
 */
export async function startAction(ctx: TeamContext, tx: Transaction, on: ActOn): Promise<{ id: string }> {
  const { machine, request, batch } = on;
  assertMay(ctx.actor, machineActionPermissions[request.action]);
  const refusal = whyNotAct(machine, request.action);
  if (refusal) throw refusal;
  const job = await startJob(ctx.runtime, tx, {
    kind: actionRules[request.action].kind,
    actor: ctx.actor,
    machineId: machine.id,
    subject: machine.name,
    payload: payloadOf(machine, request),
    ...(batch && { batch }),
  });
  await recordAudit(tx, ctx.actor, {
    action: `machine.${request.action}-started`,
    target: { type: 'machine', id: machine.id, name: machine.name },
    ...(request.settings && { after: { settings: Object.keys(request.settings) } }),
    ...(request.version !== undefined && { after: { version: request.version } }),
  });
  return job;
}

/** Acts on one machine. Throws machine.not-found and what startAction throws. */
export async function actOnMachine(
  ctx: TeamContext,
  input: ActRequest & { readonly machine: string },
): Promise<{ jobId: string }> {
  const { id } = await ctx.db.$transaction(async (tx) => {
    const machine = await tx.machine.findFirst({ where: { name: input.machine }, select: actedMachineSelect });
    if (machine) return startAction(ctx, tx, { machine, request: input });
    throw new AppError({ code: 'machine.not-found', public: `There is no machine "${input.machine}" in this team.` });
  });
  await ctx.runtime.bus.publish(`team:${ctx.actor.teamId}`);
  return { jobId: id };
}
