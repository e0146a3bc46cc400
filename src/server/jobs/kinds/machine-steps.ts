import { invariant } from '@/server/errors/app-error';
import type { Step, StepContext } from '@/server/jobs/job-kind';
import { countSsh } from '@/server/metrics/count-ssh';
import { type LoadedMachine, loadMachine } from '@/server/operations/machines/load-machine';
import { openHost } from '@/server/operations/machines/open-host';
import type { ProvisionContext } from '@/server/provision/context';
import type { SshConnection } from '@/server/ssh/connection';

/** Steps of jobs on one machine read the machine's row, so they need no payload of their own. */
export type MachineStep = Step<unknown, object>;
export type MachineStepContext = StepContext<unknown, object>;

/** The machine of a job, as its rows are now; its secrets are masked in the log from here on. */
export async function machineOf(ctx: MachineStepContext): Promise<LoadedMachine> {
  const { machineId, teamId } = ctx.job;
  invariant(machineId, `job ${ctx.job.id} has no machine`);
  const machine = await loadMachine(ctx.runtime, { id: machineId, teamId });
  const { ssh } = machine.target;
  if (ssh?.sudoPassword) ctx.mask(ssh.sudoPassword);
  return machine;
}

/** The SSH connection of this run of the job: opened by the first step that needs it, kept for the others. */
export async function hostOf(
  ctx: MachineStepContext,
  machine: LoadedMachine,
  open: () => Promise<SshConnection> = () => openHost(ctx.runtime, machine, ctx.signal),
): Promise<SshConnection> {
  return ctx.resources.use(
    'ssh',
    async () => {
      const value = countSsh('job', await open());
      return { value, close: () => value.close() };
    },
    (connection) => connection.isOpen,
  );
}

/** What provisioning functions get, on the connection of this run. */
export async function provisionContextOf(ctx: MachineStepContext, machine: LoadedMachine): Promise<ProvisionContext> {
  return { host: await hostOf(ctx, machine), log: ctx.log, signal: ctx.signal, clock: ctx.clock };
}
