import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';
import { LineSplitter } from '@/server/ssh/line-splitter';
import { sh } from '@/server/ssh/shell';

import type { ChangeContext } from '../driver';
import { findAddresses } from './find-addresses';
import type { MachineHost } from './machine-host';
import type { Options, State } from './options';
import { mustInfo, observedState } from './power';
import { readBanner } from './read-banner';

/** Emulated, on a busy host, a cloud image takes minutes. */
export const bootTimeoutMs = 15 * 60_000;
const pollMs = 2000;
/** Of the console's log, in one poll. */
const pieceBytesMax = 256 * 1024;
const tailLines = 5;
const noAddress = {
  bridge: 'the machine has not told its address on its console yet, and its hypervisor host has not heard of it',
  other: 'the machine has no address yet',
};

/** What the machine writes to its serial console, from now on. */
class ConsoleLog {
  readonly #host: MachineHost;
  readonly #lines: LineSplitter;
  #offset: number | null = null;
  /** Its end when it was opened. */
  openedAt = 0;
  readonly last: string[] = [];

  constructor(host: MachineHost, onLine: (line: string) => void) {
    this.#host = host;
    this.#lines = new LineSplitter((line) => {
      this.last.push(line);
      if (this.last.length > tailLines) this.last.shift();
      onLine(line);
    });
  }

  /** Makes the file, so that it is this account's to read, and begins at its present end. */
  async open(): Promise<void> {
    const { virsh, files } = this.#host;
    const { stdout } = await virsh.script(
      'open the console',
      sh`umask 077; mkdir -p ${files.folder}; [ -e ${files.console} ] || : > ${files.console}; wc -c < ${files.console}`,
    );
    this.openedAt = Number(stdout.trim());
    this.#offset = this.openedAt;
  }

  async follow(): Promise<void> {
    const { virsh, files } = this.#host;
    const from = this.#offset ?? 0;
    // libvirt begins the file anew when it grows large; then it is read from its beginning.
    const { stdout } = await virsh.script(
      'read the console',
      sh`[ -r ${files.console} ] || exit 0
size=$(wc -c < ${files.console}); [ "$size" -ge ${from} ] && from=${from} || from=0
echo "$from"; tail -c "+$((from + 1))" ${files.console} | head -c ${pieceBytesMax} | base64`,
    );
    const [start = '', ...encoded] = stdout.split('\n');
    const piece = Buffer.from(encoded.join(''), 'base64');
    if (start !== '') this.#offset = Number(start) + piece.length;
    this.#lines.push(piece);
  }
}

export interface Boot {
  readonly networkKind: Options['networkKind'];
  readonly sshPort: number;
  /** Switches it on. What it says from then on is in the log. */
  readonly begin: () => Promise<void>;
}

/**
 * Waits until the machine has an address and its SSH server says so: an address alone may be that of the boot before. What it
 * writes to its console goes to the log meanwhile. Out: the address. Throws driver.failed with the last lines of it, and when it stops.
 */
export async function waitUntilBooted(
  ctx: ChangeContext<State>,
  host: MachineHost,
  { networkKind, sshPort, begin }: Boot,
): Promise<string> {
  const console_ = new ConsoleLog(host, (line) => ctx.log.line('stdout', line));
  await console_.open();
  const before = await host.virsh.info(host.uuid);
  const wasOff = !before || observedState(before) === 'stopped';
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
        const info = await mustInfo(host);
        if (observedState(info) === 'stopped') {
          throw new AppError({
            code: 'driver.failed',
            public: 'The virtual machine switched itself off while it booted. The end of its console is in the log.',
          });
        }
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
          observed: observed.join(', ') || noAddress[networkKind === 'bridge' ? 'bridge' : 'other'],
        };
      },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'driver.failed' || console_.last.length === 0) throw error;
    throw new AppError({ code: error.code, public: error.public, output: console_.last.join('\n'), cause: error });
  }
}
