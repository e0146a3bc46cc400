import { waitFor } from '@/server/clock/wait-for';

import type { DriverContext } from '../driver';
import { isBusy, isNotFound } from './explain';
import { powerOff } from './power';
import type { Call, VBox } from './vbox';
import { findVm, stateOf, type VmInfo } from './vm';

const seconds = 1000;
const timeoutMs = 120 * seconds;

const isOff = (info: VmInfo) =>
  ['stopped', 'saved'].includes(stateOf(info).state) || info.get('name') === '<inaccessible>';

/** The session of a machine that was just switched off keeps it locked for a moment. */
const unregister = (id: string): Call => ({
  args: ['unregistervm', id, '--delete'],
  allows: new RegExp(`${isBusy.source}|${isNotFound.source}`),
});

/** Removes a virtual machine with its disk, whatever it does at the moment. Idempotent. */
export async function removeVm(vbox: VBox, ctx: Pick<DriverContext, 'clock' | 'signal'>, id: string): Promise<void> {
  await waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: seconds,
    timeoutMs,
    timeout: { code: 'driver.failed', what: 'The removal of the virtual machine' },
    poll: async () => {
      const info = await findVm(vbox, id);
      if (!info) return { done: true, value: undefined };
      const calls = [...(isOff(info) ? [] : [powerOff(id)]), unregister(id)];
      await vbox.change({ name: 'remove the virtual machine', calls });
      return { done: false, observed: 'VirtualBox still holds it' };
    },
  });
}
