import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import type { ChangeContext, ObservedState } from '../driver';
import { savedAdvice } from '../saved-advice';
import type { MachineHost } from './machine-host';
import type { State } from './options';
import type { DomainInfo } from './virsh';

export const shutdownTimeoutMs = 3 * 60_000;
/** A system that boots, or whose session manager is busy, misses the button: it is pressed again. */
const pressEveryMs = 20_000;
const pollMs = 1000;
/** Of writing memory to disk, and of reading it back. */
export const saveTimeoutMs = 20 * 60_000;

/** As virsh calls them. Source: libvirt's virshDomainStateTypeToString. */
export function observedState({ state, isSaved }: DomainInfo): ObservedState {
  switch (state) {
    case 'running':
    case 'idle':
      return 'running';
    case 'paused':
    case 'pmsuspended':
      return 'paused';
    case 'in shutdown':
      return 'stopping';
    default:
      return isSaved ? 'saved' : 'stopped';
  }
}

/** Why it is in a state that nobody asked for, in a sentence; null where somebody did. Source: virshDomainPausedReason of virsh-domain-monitor.c. */
export async function whyIsIt({ virsh, uuid }: MachineHost, { state }: DomainInfo): Promise<string | null> {
  if (state === 'crashed') return 'The virtual machine has crashed.';
  if (state !== 'paused' || (await virsh.reason(uuid)) !== 'I/O error') return null;
  return `The disk of ${virsh.hypervisor.name} is full or failing. Make room, then start it.`;
}

const gone = ({ virsh }: MachineHost) =>
  new AppError({
    code: 'driver.failed',
    public: `The virtual machine is not known to libvirt on ${virsh.hypervisor.name} any more. Remove the machine.`,
  });

export async function mustInfo(host: MachineHost): Promise<DomainInfo> {
  const info = await host.virsh.info(host.uuid);
  if (!info) throw gone(host);
  return info;
}

const withSavedAdvice = (error: unknown): unknown =>
  error instanceof AppError && error.code === 'driver.failed'
    ? new AppError({
        code: error.code,
        public: `${error.public} ${savedAdvice}`,
        ...(error.output !== undefined && { output: error.output }),
        cause: error,
      })
    : error;

/** Lets it run, from whatever state it is in. */
export async function powerOn(host: MachineHost): Promise<void> {
  const { virsh, uuid } = host;
  const info = await mustInfo(host);
  if (info.state === 'pmsuspended') {
    await virsh.must({ name: 'wake the virtual machine', args: ['dompmwakeup', uuid] });
    return;
  }
  switch (observedState(info)) {
    case 'running':
      return;
    case 'paused':
      await goOn(host);
      return;
    default:
      // A saved one goes on where it was: libvirt reads its memory by itself.
      try {
        await virsh.must({ name: 'start the virtual machine', args: ['start', uuid], timeoutMs: saveTimeoutMs });
      } catch (error) {
        throw info.isSaved ? withSavedAdvice(error) : error;
      }
      // libvirt restores what stood still when it was saved, by whomever, standing still.
      if ((await mustInfo(host)).state === 'paused') await goOn(host);
  }
}

const goOn = ({ virsh, uuid }: MachineHost) =>
  virsh.must({ name: 'let the virtual machine go on', args: ['resume', uuid] });

/** Presses the power button and waits. Throws driver.failed where the system does not switch off. */
export async function shutDown(ctx: ChangeContext<State>, host: MachineHost): Promise<void> {
  let pressedAt = Number.NEGATIVE_INFINITY;
  await waitFor<true>({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: pollMs,
    timeoutMs: shutdownTimeoutMs,
    timeout: { code: 'driver.failed', what: 'Switching off' },
    onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}.`),
    poll: async () => {
      const info = await mustInfo(host);
      const state = observedState(info);
      if (state === 'stopped' || state === 'saved') return { done: true, value: true };
      if (state === 'paused') await powerOn(host);
      const now = ctx.clock.now().getTime();
      if (now - pressedAt >= pressEveryMs) {
        pressedAt = now;
        await pressPowerButton(host);
      }
      return { done: false, observed: `the system has not switched off yet (${info.state})` };
    },
  });
}

/** Between two looks it may have switched off: that is what was wanted. */
async function pressPowerButton(host: MachineHost): Promise<void> {
  const { virsh, uuid } = host;
  try {
    await virsh.must({ name: 'press the power button', args: ['shutdown', uuid, '--mode', 'acpi'] });
  } catch (error) {
    if (observedState(await mustInfo(host)) !== 'stopped') throw error;
  }
}

/** Pulls the plug; of a saved machine, whose memory lies on disk, that memory goes. Idempotent. */
export async function cutPower(host: MachineHost): Promise<void> {
  const { virsh, uuid } = host;
  const state = observedState(await mustInfo(host));
  if (state === 'stopped') return;
  if (state === 'saved') {
    await virsh.must({ name: 'discard the saved memory', args: ['managedsave-remove', uuid] });
    return;
  }
  try {
    await virsh.must({ name: 'switch the virtual machine off', args: ['destroy', uuid] });
  } catch (error) {
    // Allowed: it has switched itself off meanwhile.
    if (observedState(await mustInfo(host)) !== 'stopped') throw error;
  }
}

export async function suspend(host: MachineHost): Promise<void> {
  if (observedState(await mustInfo(host)) === 'paused') return;
  await host.virsh.must({ name: 'let the virtual machine stand still', args: ['suspend', host.uuid] });
}

/** It runs when it is started again, also where it stands still now. */
export async function saveMemory(host: MachineHost): Promise<void> {
  if (observedState(await mustInfo(host)) === 'saved') return;
  await host.virsh.must({
    name: 'write its memory to disk',
    args: ['managedsave', host.uuid, '--running'],
    timeoutMs: saveTimeoutMs,
  });
}
