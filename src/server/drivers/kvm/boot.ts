import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import { LineSplitter } from '@/server/ssh/line-splitter';
import { sh } from '@/server/ssh/shell';

import type { ChangeContext } from '../driver';
import { findAddresses } from './find-addresses';
import type { MachineHost } from './machine-host';
import type { Options, State } from './options';
import { mustInfo, observedState, whyIsIt } from './power';
import { readBanner } from './read-banner';

/** Emulated, on a busy host, a cloud image takes minutes. */
export const bootTimeoutMs = 15 * 60_000;
const pollMs = 2000;
/** Of the console's log, in one poll. */
const pieceBytesMax = 256 * 1024;
const tailLines = 5;
/** What a script says instead of the console's log. */
const unreadable = 'unreadable';
function noAddress(kind: Options['networkKind'], isReadable: boolean): string {
  if (kind !== 'bridge') return 'the machine has no address yet';
  const silence = isReadable
    ? 'the machine has not told its address on its console yet'
    : 'the address that the machine tells on its console cannot be read';
  return `${silence}, and its hypervisor host has not heard of it`;
}

type Log = ChangeContext<State>['log'];

/** What the machine writes to its serial console, from now on. */
class ConsoleLog {
  readonly #host: MachineHost;
  readonly #log: Log;
  readonly #lines: LineSplitter;
  #offset = 0;
  /** Its end when it was opened. */
  openedAt = 0;
  isReadable = true;
  readonly last: string[] = [];

  constructor(host: MachineHost, log: Log) {
    this.#host = host;
    this.#log = log;
    this.#lines = new LineSplitter((line) => {
      this.last.push(line);
      if (this.last.length > tailLines) this.last.shift();
      log.line('stdout', line);
    });
  }

  /**
   * Makes the file, so that it is this account's to read, and begins at its present end. Where libvirt began it anew it is root's
   * alone (virtlogd, at 2 MiB); the folder is this account's, which makes it again while nothing writes to it.
   */
  async open(isOff: boolean): Promise<void> {
    const { virsh, files } = this.#host;
    const { stdout } = await virsh.script(
      'open the console',
      sh`umask 077; mkdir -p ${files.folder}
if [ -e ${files.console} ] && [ ! -r ${files.console} ]; then
  [ ${isOff ? 'off' : 'on'} = off ] && rm -f -- ${files.console} || { echo ${unreadable}; exit 0; }
fi
[ -e ${files.console} ] || : > ${files.console}; wc -c < ${files.console}`,
    );
    if (this.#notice(stdout)) this.openedAt = Number(stdout.trim());
    this.#offset = this.openedAt;
  }

  async follow(): Promise<void> {
    const { virsh, files } = this.#host;
    const from = this.#offset;
    // libvirt begins the file anew when it grows large; then it is read from its beginning.
    const { stdout } = await virsh.script(
      'read the console',
      sh`[ -e ${files.console} ] || exit 0
[ -r ${files.console} ] || { echo ${unreadable}; exit 0; }
size=$(wc -c < ${files.console}); [ "$size" -ge ${from} ] && from=${from} || from=0
echo "$from"; tail -c "+$((from + 1))" ${files.console} | head -c ${pieceBytesMax} | base64`,
    );
    if (!this.#notice(stdout)) return;
    const [start = '', ...encoded] = stdout.split('\n');
    const piece = Buffer.from(encoded.join(''), 'base64');
    if (start !== '') this.#offset = Number(start) + piece.length;
    this.#lines.push(piece);
  }

  /** Says once that it cannot be read. */
  #notice(stdout: string): boolean {
    if (stdout.trim() !== unreadable) return true;
    if (this.isReadable) {
      const { virsh, files } = this.#host;
      this.#log.info(
        `Warning: what the machine says is missing here. Its console ${files.console} on ${virsh.hypervisor.name} can be read by root only, until the machine is switched off and started.`,
      );
    }
    this.isReadable = false;
    return false;
  }
}

export interface Boot {
  readonly networkKind: Options['networkKind'];
  readonly sshPort: number;
  /** Switches it on. What it says from then on is in the log. */
  readonly begin: () => Promise<void>;
}

/** Whether somebody has paused it. Throws driver.failed where it is off, and provision.disk-full where QEMU cannot write its disk. */
async function standsStill(host: MachineHost): Promise<boolean> {
  const info = await mustInfo(host);
  const state = observedState(info);
  if (state === 'stopped') {
    throw new AppError({
      code: 'driver.failed',
      public: 'The virtual machine switched itself off while it booted. The end of its console is in the log.',
    });
  }
  if (state !== 'paused') return false;
  const reason = await whyIsIt(host, info);
  if (reason !== null) throw new AppError({ code: 'provision.disk-full', public: reason });
  return true;
}

/**
 * Waits until the machine has an address and its SSH server says so: an address alone may be that of the boot before. What it
 * writes to its console goes to the log meanwhile. Out: the address. Throws driver.failed with the last lines of it, and when it stops;
 * provision.disk-full.
 */
export async function waitUntilBooted(
  ctx: ChangeContext<State>,
  host: MachineHost,
  { networkKind, sshPort, begin }: Boot,
): Promise<string> {
  const console_ = new ConsoleLog(host, ctx.log);
  const before = await host.virsh.info(host.uuid);
  const stateBefore = before ? observedState(before) : 'stopped';
  const wasOff = stateBefore === 'stopped';
  await console_.open(wasOff || stateBefore === 'saved');
  await begin();
  // One that goes on where it was has told its address before.
  const toldFrom = wasOff ? console_.openedAt : 0;
  const { hypervisor } = host.virsh;
  try {
    return await waitFor<string>({
      clock: ctx.clock,
      signal: ctx.signal,
      everyMs: pollMs,
      timeoutMs: bootTimeoutMs,
      timeout: { code: 'driver.failed', what: 'The boot of the virtual machine' },
      onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}.`),
      poll: async () => {
        await console_.follow();
        if (await standsStill(host)) return { done: false, observed: 'the virtual machine stands still' };
        const addresses = await findAddresses(host, networkKind, toldFrom);
        const answers = await Promise.all(
          addresses.map(async (address) => ({
            address,
            silence: await readBanner(hypervisor.dial, { host: address, port: sshPort }, ctx.signal),
          })),
        );
        const answering = answers.find(({ silence }) => silence === null);
        if (answering) return { done: true, value: answering.address };
        const observed = answers.map(({ address, silence }) => `SSH at ${address} does not answer (${silence})`);
        return {
          done: false,
          observed: observed.join(', ') || noAddress(networkKind, console_.isReadable),
        };
      },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'driver.failed' || console_.last.length === 0) throw error;
    throw new AppError({ code: error.code, public: error.public, output: console_.last.join('\n'), cause: error });
  }
}
