import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Command } from './grammar.test-support';
import { listingCommands } from './listing.test-support';
import { machineCommands } from './machines.test-support';
import { networkCommands } from './networks.test-support';
import { powerCommands } from './power.test-support';
import { storageCommands } from './storage.test-support';
import { emptyWorld, syntaxFailure, VBoxFailure, type VirtualBoxWorld, type Vm } from './world.test-support';

const commands: Readonly<Record<string, Command>> = {
  ...listingCommands,
  ...machineCommands,
  ...networkCommands,
  ...powerCommands,
  ...storageCommands,
};

/** Those that change nothing. */
const reading = new Set(['--version', 'list', 'showvminfo', 'getextradata']);
export const isReading = ([name = '']: readonly string[]): boolean => reading.has(name);

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the double is told to do with the nth call from now on. */
export interface Trouble {
  /** Counted from 1, among those that change something. */
  readonly nth: number;
  /**
   * fail: says so and does nothing. fail-after: does it, and says that it failed. hang: never answers. error-with-zero: fails with
   * exit code 0, as some calls of VirtualBox do. not-ready: fails once.
   */
  readonly how: 'fail' | 'fail-after' | 'hang' | 'error-with-zero' | 'not-ready';
}

export interface DoubleEvents {
  /** A machine has come up, by startvm or by going on after a pause. */
  readonly onUp?: (vm: Vm, world: VirtualBoxWorld) => void | Promise<void>;
  /** A machine has gone down. */
  readonly onDown?: (vm: Vm) => void | Promise<void>;
}

const trouble = 'VBoxManage: error: The test says no\n';
const notReady =
  'VBoxManage: error: The object is not ready\nVBoxManage: error: Details: code E_ACCESSDENIED (0x80070005)\n';
const isOn = ({ state }: Vm) => state === 'running';

/**
 * VirtualBox as VBoxManage shows it: an executable in a folder for the PATH, which hands its calls to this process (a start of
 * Node for each would take minutes in all). Its state is a file that is read and written at each call. It knows the grammar of every sub-command that the driver
 * uses, and refuses what VirtualBox refuses with its messages and exit codes. Source: VirtualBox 7, src/VBox/Frontends/VBoxManage.
 */
export class VBoxDouble {
  /** To be put before the PATH. */
  readonly bin: string;
  /** Every call, in order. */
  readonly calls: (readonly string[])[] = [];
  version = '7.0.20r163906';
  trouble: Trouble | undefined;
  events: DoubleEvents = {};
  readonly #stateFile: string;
  readonly #server: Server;
  readonly #hanging = new Set<Socket>();
  #turn: Promise<unknown> = Promise.resolve();
  #changes = 0;

  /** In a folder that is there already. Its path must be short: a socket lies in it. */
  constructor(folder: string) {
    this.bin = join(folder, 'bin');
    this.#stateFile = join(folder, 'virtualbox.json');
    mkdirSync(this.bin, { recursive: true });
    const executable = join(this.bin, 'VBoxManage');
    copyFileSync(fileURLToPath(new URL('VBoxManage', import.meta.url)), executable);
    chmodSync(executable, 0o755);
    if (!existsSync(this.#stateFile)) this.write(emptyWorld());
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
    this.#server.listen(join(this.bin, 'socket'));
  }

  async close(): Promise<void> {
    for (const socket of this.#hanging) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  read(): VirtualBoxWorld {
    return JSON.parse(readFileSync(this.#stateFile, 'utf8')) as VirtualBoxWorld;
  }

  write(world: VirtualBoxWorld): void {
    writeFileSync(this.#stateFile, JSON.stringify(world, null, 1));
  }

  /** Something happens in VirtualBox that nobody has asked VBoxManage for. */
  change(what: (world: VirtualBoxWorld) => void): void {
    const world = this.read();
    what(world);
    this.write(world);
  }

  /** From now on the nth changing call goes wrong; nothing where it is left out. */
  plan(next?: Trouble): void {
    this.trouble = next;
    this.#changes = 0;
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    let isAnswered = false;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#hanging.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const args = argumentsIn(received);
      if (!args || isAnswered) return;
      isAnswered = true;
      // One at a time, as VBoxSVC works.
      const turn = this.#turn.then(() => this.#answer(args, socket));
      this.#turn = turn.catch(() => undefined);
      void turn.catch((error: unknown) => {
        socket.end(packed({ exitCode: 134, stdout: '', stderr: `the double broke: ${String(error)}\n` }));
      });
    });
  }

  async #answer(args: readonly string[], socket: Socket): Promise<void> {
    this.calls.push(args);
    if (!isReading(args)) this.#changes += 1;
    const now = !isReading(args) && this.trouble?.nth === this.#changes ? this.trouble.how : undefined;
    if (now === 'hang') {
      this.#hanging.add(socket);
      return;
    }
    if (now === 'not-ready') this.trouble = undefined;
    if (now === 'fail' || now === 'error-with-zero' || now === 'not-ready') {
      const exitCode = now === 'error-with-zero' ? 0 : 1;
      socket.end(packed({ exitCode, stdout: '', stderr: now === 'not-ready' ? notReady : trouble }));
      return;
    }
    const answer = await this.#execute(args);
    socket.end(packed(now === 'fail-after' ? { exitCode: 1, stdout: '', stderr: trouble } : answer));
  }

  async #execute([name = '', ...args]: readonly string[]): Promise<Answer> {
    if (name === '--version') return { exitCode: 0, stdout: `${this.version}\n`, stderr: '' };
    const world = this.read();
    const before = new Map(world.vms.map((vm) => [vm.uuid, vm.state]));
    try {
      const command = commands[name];
      if (!command) throw syntaxFailure(`Invalid command '${name}'`);
      const stdout = command(world, args);
      await this.#tell(world, before);
      return { exitCode: 0, stdout, stderr: '' };
    } catch (error) {
      if (!(error instanceof VBoxFailure)) throw error;
      return { exitCode: error.exitCode, stdout: '', stderr: error.stderr };
    } finally {
      this.write(world);
    }
  }

  async #tell(world: VirtualBoxWorld, before: ReadonlyMap<string, Vm['state']>): Promise<void> {
    for (const vm of world.vms) {
      const wasOn = before.get(vm.uuid) === 'running';
      if (isOn(vm) && !wasOn) await this.events.onUp?.(vm, world);
      if (!isOn(vm) && wasOn) await this.events.onDown?.(vm);
    }
  }
}

/** Null while they have not arrived as a whole. */
function argumentsIn(received: Buffer): readonly string[] | null {
  if (received.length < 4) return null;
  const args: string[] = [];
  let at = 4;
  while (args.length < received.readUInt32BE(0)) {
    if (received.length < at + 4) return null;
    const length = received.readUInt32BE(at);
    if (received.length < at + 4 + length) return null;
    args.push(received.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return args;
}

function packed({ exitCode, stdout, stderr }: Answer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(exitCode, 0);
  head.writeUInt32BE(Buffer.byteLength(stdout), 4);
  return Buffer.concat([head, Buffer.from(stdout), Buffer.from(stderr)]);
}
