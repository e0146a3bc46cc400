import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import type { CommandResult } from '@/server/ssh/command-runner';
import { sh, type ShellScript } from '@/server/ssh/shell';

import { type Refusal, refusals } from './refusals';

const callTimeoutMs = 120_000;

export const connectionUri = (connection: 'system' | 'session') => `qemu:///${connection}`;

export interface Call {
  /** For people: "start the domain". */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

/** What a domain is at, as `virsh dominfo` tells it. */
export interface DomainInfo {
  readonly state: string;
  readonly isSaved: boolean;
}

const lastError = ({ stdout, stderr }: CommandResult) =>
  (stderr.trim() || stdout.trim())
    .split('\n')
    .map((line) => line.replace(/^error: /, '').trim())
    .filter(Boolean)
    .slice(-2)
    .join(' ');

/** Whatever keeps the commands themselves from running: the provider is not there. */
const connectionLost = (error: unknown, hypervisor: Hypervisor): unknown =>
  error instanceof AppError && error.code.startsWith('ssh.')
    ? new AppError({
        code: 'driver.unreachable',
        public: `The connection to the hypervisor host ${hypervisor.name} broke. ${error.public}`,
        cause: error,
      })
    : error;

/** libvirt on one hypervisor host, by its own command. Every message of it that is known becomes a sentence. */
export class Virsh {
  readonly hypervisor: Hypervisor;
  readonly uri: string;
  readonly #signal: AbortSignal;

  constructor(hypervisor: Hypervisor, uri: string, signal: AbortSignal) {
    this.hypervisor = hypervisor;
    this.uri = uri;
    this.#signal = signal;
  }

  /** A script on the hypervisor host. Throws driver.unreachable, provision.command-failed. */
  async script(name: string, script: ShellScript, more: { timeoutMs?: number; stdin?: Buffer | string } = {}) {
    this.#signal.throwIfAborted();
    try {
      return await this.hypervisor.run({ name, script, timeoutMs: callTimeoutMs, ...more }, this.#signal);
    } catch (error) {
      throw connectionLost(error, this.hypervisor);
    }
  }

  /**
   * One virsh command; null where it says that there is no such domain. Throws driver.unreachable where libvirt does not answer,
   * hypervisor.unusable where there is no virsh or the account may not use libvirt, and driver.failed with its words in a
   * sentence.
   */
  async call({ name, args, stdin, timeoutMs = callTimeoutMs }: Call): Promise<string | null> {
    this.#signal.throwIfAborted();
    const virsh = sh`LC_ALL=C virsh -q -c ${this.uri} ${args}`;
    let result: CommandResult;
    try {
      result = await this.hypervisor.run(
        {
          name,
          // Through a pipe, because virsh opens its input by name, and what is a socket cannot be opened.
          script: stdin === undefined ? virsh : sh`cat | ${virsh}`,
          expect: 'any',
          timeoutMs,
          ...(stdin !== undefined && { stdin }),
        },
        this.#signal,
      );
    } catch (error) {
      throw connectionLost(error, this.hypervisor);
    }
    if (result.exitCode === 0) return result.stdout;
    return this.#refused(name, result);
  }

  /** As `call`, where the domain has to be there. */
  async must(call: Call): Promise<string> {
    const answer = await this.call(call);
    if (answer !== null) return answer;
    throw new AppError({
      code: 'driver.failed',
      public: `The virtual machine is not known to libvirt on ${this.hypervisor.name} any more.`,
    });
  }

  /** Null where there is no such domain. */
  async info(domain: string): Promise<DomainInfo | null> {
    const answer = await this.call({ name: 'look at the domain', args: ['dominfo', domain] });
    if (answer === null) return null;
    const fields = new Map(
      answer.split('\n').map((line) => {
        const [key = '', ...value] = line.split(':');
        return [key.trim(), value.join(':').trim()] as const;
      }),
    );
    return { state: fields.get('State') ?? 'no state', isSaved: fields.get('Managed save') === 'yes' };
  }

  /** Why a domain is in its state, as `domstate --reason` tells it: "user", "I/O error". Null where it does not. */
  async reason(domain: string): Promise<string | null> {
    const answer = await this.call({ name: 'ask for the reason', args: ['domstate', domain, '--reason'] });
    return /\((.+)\)\s*$/.exec(answer ?? '')?.[1] ?? null;
  }

  #refused(name: string, result: CommandResult): null {
    const said = lastError(result);
    const where = this.hypervisor.name;
    const refusal: Refusal | undefined = refusals.find(({ said: pattern }) =>
      pattern.test(result.exitCode === 127 ? 'virsh: not found' : result.stderr),
    );
    if (refusal?.means === 'absent') return null;
    throw new AppError({
      code: refusal?.means ?? 'driver.failed',
      public: refusal ? refusal.sentence(where, said) : `libvirt on ${where} could not ${name}: ${said}.`,
      output: `${result.stdout}${result.stderr}`.slice(-8192),
    });
  }
}
