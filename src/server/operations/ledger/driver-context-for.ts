import 'server-only';
import type { StepLog } from '@/lib/step-log';
import type { DriverContext, ProviderContext, Site } from '@/server/drivers/driver';
import { openCredential } from '@/server/operations/credentials/open-credential';
import type { Runtime } from '@/server/runtime';

import { machineLedger } from './machine-ledger';

/** What a call to a provider is part of. */
export interface CallScope {
  readonly signal: AbortSignal;
  readonly log: StepLog;
}

interface MachineOfDriver {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly teamId: string;
  readonly team: { readonly slug: string };
}

/** For calls whose log nobody reads: their outcome is told elsewhere. */
export const silentLog: StepLog = { info: () => undefined, line: () => undefined };

export interface Caller {
  readonly team: ProviderContext['team'];
  /** Id of the driver that is called. */
  readonly driver: string;
}

const siteOf = ({ env, database }: Runtime, team: ProviderContext['team']): Site => ({
  allowedSources: async () => {
    const where = { id: team.id };
    return (await database.prisma.team.findUniqueOrThrow({ where, select: { allowedSources: true } })).allowedSources;
  },
  ownSources: env.ownSources,
  mayUseServerIdentity: env.cloudIdentityTeams.includes(team.slug),
});

export const providerContextFor = (
  runtime: Runtime,
  { team, driver }: Caller,
  { signal, log }: CallScope,
): ProviderContext => ({
  team,
  signal,
  log,
  clock: runtime.clock,
  dataDir: runtime.env.dataDir,
  site: siteOf(runtime, team),
  hypervisor: (id) => runtime.hypervisors.open({ teamId: team.id, id }, signal),
  credential: (id) => openCredential(runtime, { teamId: team.id, id, driver }),
});

/** What a driver's verb gets about one machine, without a way to sign in to its host. */
export const driverContextFor = (runtime: Runtime, machine: MachineOfDriver, scope: CallScope): DriverContext => ({
  ...providerContextFor(
    runtime,
    { team: { id: machine.teamId, slug: machine.team.slug }, driver: machine.driver },
    scope,
  ),
  machine: { id: machine.id, name: machine.name },
  publicKey: async (id) => {
    const where = { id, teamId: machine.teamId };
    const row = await runtime.database.prisma.sshKey.findFirst({ where, select: { publicKey: true } });
    return row?.publicKey ?? null;
  },
  ledger: machineLedger(runtime, {
    teamId: machine.teamId,
    machineId: machine.id,
    machineName: machine.name,
    driver: machine.driver,
  }),
});
