import 'server-only';
import { machineNameSchema } from '@/lib/machine-name';
import type { SwarmChoice } from '@/lib/swarm';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import { type Enforcement, Prisma } from '@/server/db/generated/client';
import { makesHost } from '@/server/drivers/makes-host';
import { splitSecrets } from '@/server/drivers/secret-options';
import { AppError } from '@/server/errors/app-error';
import { machineCreate } from '@/server/jobs/kinds/machine-create';
import { startJob } from '@/server/jobs/start-job';
import {
  type MachineSettings,
  type MachineSettingsInput,
  parseMachineSettings,
} from '@/server/operations/drivers/parse-machine-settings';
import { parseSettings } from '@/server/operations/drivers/parse-settings';
import { assertImagesFit } from '@/server/operations/images/assert-images-fit';
import { assertMayEnter } from '@/server/operations/swarms/assert-may-enter';
import { assertReachesOthers } from '@/server/operations/swarms/assert-reaches-others';
import type { TeamContext } from '@/server/operations/team-context';
import type { PinnedHostKey, PresentedHostKey } from '@/server/ssh/host-key';

import { nameTakenSentence } from './check-machine-name';
import { holdThings } from './hold-things';
import { labelsOf } from './labels-of';
import { type AccessChoice, listAccessChoices } from './list-access-choices';
import { readShownHostKey } from './shown-host-key';

export interface CreateMachineInput extends MachineSettingsInput {
  readonly name: string;
  /** Memberships that may use the engine. Left out: the creator, admins and owners. */
  readonly access?: readonly string[] | undefined;
  /** The host key that a check has shown and the member accepted; the create job then refuses any other. */
  readonly hostKey?: PinnedHostKey | undefined;
  /** What is to serve the engine's port. Left out: a gate, where one can run. */
  readonly enforcement?: Enforcement | undefined;
  /** The swarm that it comes into once its engine runs. */
  readonly swarm?: SwarmChoice | undefined;
}

export interface CreatedMachine {
  readonly machineId: string;
  readonly name: string;
  readonly jobId: string;
}

/** A machine whose values are right, and that nothing has been written of. */
export interface NewMachine {
  readonly name: string;
  readonly settings: MachineSettings;
  readonly members: readonly AccessChoice[];
  readonly hostKey: PresentedHostKey | undefined;
  readonly enforcement: Enforcement;
  readonly swarm: SwarmChoice | undefined;
}

const parse = (ctx: TeamContext, input: CreateMachineInput): { name: string; settings: MachineSettings } => {
  const name = parseSettings(machineNameSchema, input.name, 'name');
  try {
    const settings = parseMachineSettings(ctx, input);
    if (name.value !== undefined) return { name: name.value, settings };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'input.invalid' || name.value !== undefined) throw error;
    // Both the name and the settings are wrong: every field says so at once.
    throw new AppError({
      code: error.code,
      public: error.public,
      fieldErrors: { ...name.fieldErrors, ...error.fieldErrors },
      cause: error,
    });
  }
  throw new AppError({
    code: 'input.invalid',
    public: name.fieldErrors['name'] ?? 'The name is not right.',
    fieldErrors: name.fieldErrors,
  });
};

const chooseEnforcement = ({ driver }: MachineSettings, wanted: Enforcement | undefined): Enforcement => {
  const { noGate } = driver;
  if (wanted !== 'gate' || noGate === undefined) return wanted ?? (noGate === undefined ? 'gate' : 'engine');
  const sentence = `There is no gate here: ${noGate}`;
  throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { enforcement: sentence } });
};

const chooseMembers = async (ctx: TeamContext, wanted: readonly string[] | undefined) => {
  const choices = await listAccessChoices(ctx);
  if (!wanted) return choices.filter((choice) => choice.isDefault);
  const ids = new Set(wanted);
  const members = choices.filter((choice) => ids.has(choice.membershipId));
  if (members.length < ids.size) {
    const sentence = 'Somebody chosen is not in the team any more, or may not hold client certificates.';
    throw new AppError({ code: 'member.not-found', public: sentence, fieldErrors: { access: sentence } });
  }
  return members;
};

const insert = async (
  ctx: TeamContext,
  tx: Transaction,
  { name, settings, members, hostKey, enforcement }: NewMachine,
) => {
  const { runtime, actor } = ctx;
  const { teamId } = actor;
  const { open, secret } = splitSecrets(settings.driver.options, settings.options);
  const optionSecretId = secret
    ? await runtime.secrets.put(tx, { teamId, purpose: 'driver-options', value: JSON.stringify(secret) })
    : null;
  const now = runtime.clock.now();
  const machine = await tx.machine.create({
    data: {
      teamId,
      name,
      driver: settings.id,
      options: open as Prisma.InputJsonObject,
      optionSecretId,
      engineSettings: { ...settings.engine },
      address: settings.target.address,
      enginePort: settings.target.enginePort,
      labels: labelsOf(settings.engine?.labels ?? []),
      extraSans: settings.engine?.extraSans ?? [],
      // A host that nobody signs in to has no gate.
      enforcement: settings.driver.provisioning === 'ssh' ? enforcement : 'engine',
      ownerId: actor.userId,
      createdAt: now,
      changedAt: now,
    },
    select: { id: true },
  });
  await tx.admission.createMany({
    data: members.map(({ membershipId }) => ({ teamId, machineId: machine.id, membershipId, wantedAt: now })),
  });
  if (hostKey) {
    await tx.hostKey.create({
      data: { teamId, machineId: machine.id, ...hostKey, pinnedAt: now },
      select: { id: true },
    });
  }
  return machine;
};

/** Checks everything that can be checked before something is written. Throws what createMachine throws for it. */
export async function prepareMachine(ctx: TeamContext, input: CreateMachineInput): Promise<NewMachine> {
  const { name, settings } = parse(ctx, input);
  if (input.swarm) {
    await assertMayEnter(ctx, input.swarm, settings.driver);
    assertReachesOthers(settings);
  }
  await assertImagesFit(ctx, settings);
  const hostKey = input.hostKey && settings.target.ssh ? readShownHostKey(input.hostKey) : undefined;
  const members = await chooseMembers(ctx, input.access);
  return {
    name,
    settings,
    members,
    hostKey,
    enforcement: chooseEnforcement(settings, input.enforcement),
    swarm: input.swarm,
  };
}

/** Writes a machine and starts its job, at once or as its batch allows. */
export const writeMachine = async (
  ctx: TeamContext,
  tx: Transaction,
  machine: NewMachine & { readonly batch?: { readonly id: string; readonly isHeld: boolean } },
): Promise<CreatedMachine> => {
  const { name, settings, members, hostKey, batch } = machine;
  await holdThings(tx, ctx.actor.teamId, settings);
  const { id } = await insert(ctx, tx, machine);
  await recordAudit(tx, ctx.actor, {
    action: 'machine.created',
    target: { type: 'machine', id, name },
    after: {
      driver: settings.id,
      address: settings.target.address,
      enginePort: settings.target.enginePort,
      enforcement: machine.enforcement,
      access: members.map((member) => member.name),
      ...(hostKey && { hostKey: hostKey.fingerprint }),
    },
  });
  const job = await startJob(ctx.runtime, tx, {
    kind: machineCreate,
    actor: ctx.actor,
    machineId: id,
    subject: name,
    payload: {
      machineId: id,
      provisioning: settings.driver.provisioning,
      enforcement: machine.enforcement,
      namesHost: makesHost(settings.driver),
      ...(machine.swarm && { swarm: machine.swarm }),
    },
    ...(batch && { batch }),
  });
  return { machineId: id, name, jobId: job.id };
};

/**
 * Writes a machine with its access, sealed secrets, accepted host key and audit event, and starts the job that makes it:
 * all of it or nothing. Changes nothing outside. Throws input.invalid with every problem at its field ("name",
 * "options.address", "engine.labels", "hostKey"), driver.unknown, machine.name-taken, member.not-found,
 * and where a thing of the team that an option names is gone ssh.key-not-found, hypervisor.not-found, credential.not-found,
 * image.not-found. An image also has to be complete (image.not-ready) and what the option accepts.
 */
export async function createMachine(ctx: TeamContext, input: CreateMachineInput): Promise<CreatedMachine> {
  const machine = await prepareMachine(ctx, input);
  try {
    return await ctx.db.$transaction((tx) => writeMachine(ctx, tx, machine));
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    const sentence = nameTakenSentence(machine.name);
    throw new AppError({
      code: 'machine.name-taken',
      public: `${sentence} Choose another name.`,
      fieldErrors: { name: sentence },
      cause: error,
    });
  }
}
