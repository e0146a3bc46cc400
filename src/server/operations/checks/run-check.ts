import 'server-only';
import type { CheckEvent } from '@/lib/host-check';
import { machineNameSchema } from '@/lib/machine-name';
import type { Driver, SshAccess } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import { type MachineSettingsInput, parseMachineSettings } from '@/server/operations/drivers/parse-machine-settings';
import { assertImagesFit } from '@/server/operations/images/assert-images-fit';
import { driverContextFor } from '@/server/operations/ledger/driver-context-for';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { routeTo } from '@/server/operations/machines/route-to';
import { openSshTarget } from '@/server/operations/ssh-keys/open-ssh-target';
import type { TeamContext } from '@/server/operations/team-context';
import { type EngineSettings, engineSettings } from '@/server/provision/engine-settings';
import type { PinnedHostKey } from '@/server/ssh/host-key';

import { hostProbes } from './host-probes';
import { HostInView, networkProbes } from './network-probes';
import { found, type Probe } from './probe';
import { runProbes } from './run-probes';

/** A machine of the team by its name, or settings for one that is not there yet. */
export type CheckInput =
  | { readonly machine: string }
  | (MachineSettingsInput & {
      /** What it is to be called, where that is known: a provider may have something of that name. */
      readonly name?: string | undefined;
    });

const timeoutMs = 90_000;
const precheckTimeoutMs = 30_000;

interface Checked {
  readonly driverId: string;
  readonly driver: Driver;
  readonly options: Record<string, unknown>;
  readonly engine: EngineSettings | null;
  readonly enginePort: number;
  readonly ssh: SshAccess | null;
  readonly via: string | undefined;
  readonly pinned: readonly PinnedHostKey[];
  readonly machine: { readonly id: string; readonly name: string };
}

const nobody = { id: '00000000-0000-0000-0000-000000000000', name: 'check' };

async function findChecked(ctx: TeamContext, input: CheckInput): Promise<Checked> {
  if ('machine' in input) {
    const { teamId } = ctx.actor;
    const known = await ctx.db.machine.findFirst({ where: { name: input.machine }, select: { id: true } });
    if (!known) throw new AppError({ code: 'machine.not-found', public: 'There is no such machine in this team.' });
    const { row, driver, options, target } = await loadMachine(ctx.runtime, { id: known.id, teamId });
    const engine = driver.provisioning === 'ssh' ? engineSettings.parse(row.engineSettings) : null;
    const { ssh, enginePort, via } = target;
    return { driverId: row.driver, driver, options, engine, enginePort, ssh, via, pinned: row.hostKeys, machine: row };
  }
  const { id: driverId, driver, options, engine, target } = parseMachineSettings(ctx, input);
  await assertImagesFit(ctx, { driver, options });
  const { ssh, enginePort, via } = target;
  return {
    driverId,
    driver,
    options,
    engine,
    enginePort,
    ssh,
    via,
    pinned: [],
    machine: { ...nobody, name: machineNameSchema.safeParse(input.name).data ?? nobody.name },
  };
}

/** What the driver itself can say before anything is made. */
function driverProbes(ctx: TeamContext, { driverId, driver, options, machine }: Checked): readonly Probe[] {
  const precheck = driver.precheck?.bind(driver);
  if (!precheck) return [];
  const { runtime, actor } = ctx;
  return [
    {
      id: 'account',
      needs: [],
      timeoutMs: precheckTimeoutMs,
      run: async (signal) => {
        const row = { ...machine, driver: driverId, teamId: actor.teamId, team: { slug: actor.teamSlug } };
        const told: string[] = [];
        const log = { info: (text: string) => void told.push(text), line: () => undefined };
        await precheck(driverContextFor(runtime, row, { signal, log }), options);
        return found(told.length > 0 ? told.join('\n') : 'Nothing stands in the way');
      },
    },
  ];
}

/**
 * Looks at a host before anything is changed, and tells of each probe as it starts and ends. A new host is looked at with
 * whatever key it shows; a machine that is there only with its pinned one. Changes nothing and stores nothing. Before
 * the first event it throws driver.unknown, input.invalid (every problem at its field), machine.not-found,
 * ssh.key-not-found or what assertImagesFit throws; afterwards what goes wrong is a probe that failed.
 */
export async function runCheck(
  ctx: TeamContext,
  input: CheckInput,
  signal: AbortSignal,
): Promise<AsyncGenerator<CheckEvent>> {
  const checked = await findChecked(ctx, input);
  const { ssh, pinned } = checked;
  const { runtime, actor } = ctx;
  const target = ssh && (await openSshTarget(runtime, actor.teamId, ssh));
  const dial = routeTo(runtime, actor.teamId, checked);
  const host = ssh && target && new HostInView(ssh, pinned, { ...target, ...(dial && { dial }) });
  const wanted = {
    clock: runtime.clock,
    port: checked.enginePort,
    owner: { console: runtime.env.url, machine: checked.machine.id },
  };
  const probes = [
    ...driverProbes(ctx, checked),
    ...(host ? networkProbes(host) : []),
    ...(host && checked.engine ? hostProbes(host, { ...wanted, settings: checked.engine }) : []),
  ];
  return tell(probes, host);

  async function* tell(all: readonly Probe[], view: HostInView | null): AsyncGenerator<CheckEvent> {
    try {
      yield { type: 'planned', probes: all.map((probe) => probe.id) };
      yield* runProbes(all, { signal, timeoutMs, log: runtime.log });
    } finally {
      await view?.close();
    }
  }
}
