import 'server-only';
import type { FieldWidget } from '@/lib/field-meta';
import type { Transaction } from '@/server/db/database';
import { widgetOptions } from '@/server/drivers/widget-options';
import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';
import type { MachineSettings } from '@/server/operations/drivers/parse-machine-settings';

interface Thing {
  readonly code: ErrorCode;
  readonly sentence: string;
  /** Takes the row until the transaction ends: whoever removes the thing takes it as well. Out: one row, or none. */
  readonly hold: (tx: Transaction, ref: ThingRef) => Promise<readonly unknown[]>;
}

interface ThingRef {
  readonly id: string;
  readonly teamId: string;
  readonly driver: string;
}

const things: Readonly<Record<FieldWidget, Thing>> = {
  'ssh-key': {
    code: 'ssh.key-not-found',
    sentence: 'The SSH key is not there any more. Choose another one.',
    hold: (tx, { id, teamId }) => tx.$queryRaw`
      select 1 from "SshKey" where "id" = ${id} and "teamId" = ${teamId} and "machineId" is null for share`,
  },
  hypervisor: {
    code: 'hypervisor.not-found',
    sentence: 'The hypervisor host is not registered any more. Choose another one.',
    hold: (tx, { id, teamId }) => tx.$queryRaw`
      select 1 from "HypervisorHost" where "id" = ${id} and "teamId" = ${teamId} for share`,
  },
  credential: {
    code: 'credential.not-found',
    sentence: 'The credential is not there any more. Choose another one.',
    hold: (tx, { id, teamId, driver }) => tx.$queryRaw`
      select 1 from "Credential" where "id" = ${id} and "teamId" = ${teamId} and "driver" = ${driver} for share`,
  },
  image: {
    code: 'image.not-found',
    sentence: 'The image is not in the library any more. Choose another one.',
    hold: (tx, { id, teamId }) => tx.$queryRaw`
      select 1 from "Image" where "id" = ${id} and "teamId" = ${teamId} for share`,
  },
};

/**
 * Holds every thing of the team that the options name, so that none can be removed before the machine is there. Throws, at
 * the option's field, ssh.key-not-found, hypervisor.not-found, credential.not-found, image.not-found.
 */
export async function holdThings(tx: Transaction, teamId: string, settings: MachineSettings): Promise<void> {
  for (const { name, widget } of widgetOptions(settings.driver)) {
    const id = settings.options[name];
    if (typeof id !== 'string') continue;
    const { code, sentence, hold } = things[widget];
    if ((await hold(tx, { id, teamId, driver: settings.id })).length > 0) continue;
    throw new AppError({ code, public: sentence, fieldErrors: { [`options.${name}`]: sentence } });
  }
}
