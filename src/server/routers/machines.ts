import 'server-only';
import { z } from 'zod';

import { atOnceDefault, atOnceMax } from '@/lib/batch';
import { queuedActions } from '@/lib/machine-action';
import { machineSorts } from '@/lib/machine-filter';
import { machinesAtOnceMax } from '@/lib/name-pattern';
import { swarmChoiceSchema, swarmJoinSchema } from '@/lib/swarm';
import { actOnMachine } from '@/server/operations/machines/act-on-machine';
import { changeAccess } from '@/server/operations/machines/change-access';
import { checkMachineName } from '@/server/operations/machines/check-machine-name';
import { countMachines } from '@/server/operations/machines/count-machines';
import { createMachine } from '@/server/operations/machines/create-machine';
import { createMachines } from '@/server/operations/machines/create-machines';
import { describeMachine } from '@/server/operations/machines/describe-machine';
import {
  listMachineNames,
  listOwnEngines,
  readMachineRows,
  searchMachines,
} from '@/server/operations/machines/find-machines';
import { getAdmission } from '@/server/operations/machines/get-admission';
import { listAccessChoices } from '@/server/operations/machines/list-access-choices';
import { listEngineVersions } from '@/server/operations/machines/list-engine-versions';
import { listMachines } from '@/server/operations/machines/list-machines';
import { refreshMachine } from '@/server/operations/machines/refresh-machine';
import { removeMachine } from '@/server/operations/machines/remove-machine';
import { setEnforcement } from '@/server/operations/machines/set-enforcement';
import { setLease } from '@/server/operations/machines/set-lease';
import { router, teamProcedure } from '@/server/trpc';

import { engineSettingsInput, engineVersionInput, hostKeyInput, machineSettingsInput } from './machine-input';

/** The console renews every half minute, so less would lock everybody out at the first slow answer. */
const leaseSecondsMin = 120;
const leaseSecondsMax = 86_400;

const machineName = z.string().min(1).max(63);
/** Which machines, in which order. */
const listed = {
  filter: z.string().max(500).default(''),
  sort: z.enum(machineSorts).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
};

/** The team's machines. */
export const machinesRouter = router({
  list: teamProcedure('machine.read')
    .input(
      z.object({
        ...listed,
        cursor: z.string().max(1000).nullish(),
        limit: z.int().min(1).max(100).default(100),
      }),
    )
    .query(({ ctx, input }) => listMachines(ctx.team, { ...input, cursor: input.cursor ?? undefined })),

  /** What the list can be filtered by, counted over all machines. */
  facets: teamProcedure('machine.read').query(({ ctx }) => countMachines(ctx.team)),

  /** Rows of the list as they are now. */
  rows: teamProcedure('machine.read')
    .input(z.object({ names: z.array(machineName).max(100) }))
    .query(({ ctx, input }) => readMachineRows(ctx.team, input)),

  /** The names of the first of the list, as many as one action takes. */
  names: teamProcedure('machine.read')
    .input(z.object(listed))
    .query(({ ctx, input }) => listMachineNames(ctx.team, input)),

  search: teamProcedure('machine.read')
    .input(z.object({ q: z.string().max(200), limit: z.int().min(1).max(50).default(20) }))
    .query(({ ctx, input }) => searchMachines(ctx.team, input)),

  /** The engines that admit the caller. */
  ownEngines: teamProcedure('machine.read').query(({ ctx }) => listOwnEngines(ctx.team)),

  get: teamProcedure('machine.read')
    .input(z.object({ machine: machineName }))
    .query(({ ctx, input }) => describeMachine(ctx.team, { name: input.machine })),

  /** Looks at the machine now, instead of at the monitor's next round. */
  refresh: teamProcedure('machine.read')
    .input(z.object({ machine: machineName }))
    .mutation(({ ctx, input, signal }) => refreshMachine(ctx.team, { ...input, signal })),

  act: teamProcedure('machine.operate')
    .input(
      z.object({
        machine: machineName,
        action: z.enum(queuedActions),
        settings: engineSettingsInput.optional(),
        version: engineVersionInput.optional(),
      }),
    )
    .mutation(({ ctx, input }) => actOnMachine(ctx.team, input)),

  /** The engines that the machine's package sources offer, as its host says. */
  engineVersions: teamProcedure('machine.upgrade')
    .input(z.object({ machine: machineName, isFresh: z.boolean().default(false) }))
    .query(({ ctx, input, signal }) => listEngineVersions(ctx.team, { ...input, signal })),

  changeAccess: teamProcedure('machine.change-access')
    .input(z.object({ machine: machineName, membershipIds: z.array(z.uuid()).max(10_000) }))
    .mutation(({ ctx, input }) => changeAccess(ctx.team, input)),

  admission: teamProcedure('machine.read')
    .input(z.object({ machine: machineName }))
    .query(({ ctx, input }) => getAdmission(ctx.team, input)),

  setEnforcement: teamProcedure('machine.enforce')
    .input(z.object({ machine: machineName, enforcement: z.enum(['gate', 'engine']) }))
    .mutation(({ ctx, input }) => setEnforcement(ctx.team, input)),

  setLease: teamProcedure('machine.enforce')
    .input(
      z.object({
        machine: machineName,
        policy: z.enum(['best_effort', 'strict']),
        seconds: z.int().min(leaseSecondsMin, 'is at least 2 minutes').max(leaseSecondsMax, 'is at most a day'),
      }),
    )
    .mutation(({ ctx, input }) => setLease(ctx.team, input)),

  remove: teamProcedure('machine.remove')
    .input(
      z.object({
        machine: machineName,
        confirm: z.string().max(63),
        mode: z.enum(['restore', 'forget']),
        removeEngine: z.boolean(),
        deleteData: z.boolean(),
      }),
    )
    .mutation(({ ctx, input }) => removeMachine(ctx.team, input)),

  checkName: teamProcedure('machine.create')
    .input(z.object({ name: z.string().max(100) }))
    .query(({ ctx, input }) => checkMachineName(ctx.team, input)),

  accessChoices: teamProcedure('machine.create').query(({ ctx }) => listAccessChoices(ctx.team)),

  create: teamProcedure('machine.create')
    .input(
      z.object({
        ...machineSettingsInput,
        name: z.string().max(1000),
        access: z.array(z.uuid()).max(10_000).optional(),
        hostKey: hostKeyInput.optional(),
        enforcement: z.enum(['gate', 'engine']).optional(),
        swarm: swarmChoiceSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) => createMachine(ctx.team, input)),

  /** Several machines from one form; `name` is a pattern or a list. */
  createMany: teamProcedure('machine.create')
    .input(
      z.object({
        ...machineSettingsInput,
        name: z.string().max(10_000),
        access: z.array(z.uuid()).max(10_000).optional(),
        enforcement: z.enum(['gate', 'engine']).optional(),
        perMachine: z.record(z.string().max(64), z.array(z.string().max(1000)).max(machinesAtOnceMax)).default({}),
        atOnce: z.int().min(1).max(atOnceMax).default(atOnceDefault),
        swarm: swarmJoinSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) => createMachines(ctx.team, input)),
});
