import { createHash } from 'node:crypto';

import type { StepLog } from '@/lib/step-log';
import { AppError } from '@/server/errors/app-error';
import type { Hypervisor } from '@/server/hypervisors/hypervisor';
import { type ShellScript, sh } from '@/server/ssh/shell';

import { explain, explainHost } from './explain';

/** One call of VBoxManage. */
export interface Call {
  readonly args: readonly (string | number | ShellScript)[];
  /** A failure that says this is as good as success. */
  readonly allows?: RegExp;
  /** Shell that takes something out of what the call has said (`said`), for the calls after it. */
  readonly learns?: ShellScript;
  /** Shell for the call's failure, before the script ends. */
  readonly fails?: ShellScript;
}

export const call = (...args: Call['args']): Call => ({ args });

/** What the callers of one provider have. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly log: StepLog;
}

interface Shell {
  /** For people: "make the virtual machine". */
  readonly name: string;
  readonly script: ShellScript;
  readonly stdin?: Buffer;
  readonly timeoutMs?: number;
}

export interface Changes extends Omit<Shell, 'script'> {
  readonly calls: readonly Call[];
  /** Shell around the calls. */
  readonly before?: ShellScript;
  readonly after?: ShellScript;
  /** Nothing is done unless these calls still say what they said when they gave this. */
  readonly unlessChanged?: Reading;
}

/** What calls that change nothing said, and a digest of it. */
export interface Reading {
  readonly calls: readonly Call[];
  readonly outputs: readonly string[];
  readonly digest: string;
}

/** Other programs hold VirtualBox's own locks for moments; the console's own calls wait for each other here. */
const lockWaitSeconds = 240;
export const lockWaitMs = lockWaitSeconds * 1000;
export const callTimeoutMs = 120_000;
const readyTries = 5;
const hasChanged = 'changed';

/**
 * `vbox ARGS…` runs VBoxManage, tries again where an object was not ready, and reports its output as a line
 * `::CODE OUT ERR` in base64. It is a failure also where the exit code is 0 and stderr says "error:". File descriptor 9 is
 * the lock: what VBoxManage leaves running must not inherit it. `said` prints what the last call has said.
 */
const functions = sh`set -u
VBOX=$(command -v VBoxManage || echo /opt/VirtualBox/VBoxManage)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
coded() { [ ! -s "$1" ] || base64 -w 0 < "$1"; }
vbox() {
  try=1
  while :; do
    "$VBOX" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null 9>&-
    code=$?
    [ -s "$scratch/err" ] && [ "$try" -lt ${readyTries} ] && grep -q 'is not ready' "$scratch/err" || break
    try=$((try + 1))
    sleep 0.2
  done
  [ "$code" -ne 0 ] || [ ! -s "$scratch/err" ] || ! grep -q 'error:' "$scratch/err" || code=1
  printf '::%s %s %s\\n' "$code" "$(coded "$scratch/out")" "$(coded "$scratch/err")"
  return "$code"
}
said() { cat "$scratch/out"; }
allowed() { grep -Eq "$1" "$scratch/err"; }`;

const answerLine = /^::(\d+) (\S*) (\S*)$/;
const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const answersIn = (stdout: string): readonly Answer[] =>
  stdout.split('\n').flatMap((line) => {
    const [, code, out = '', err = ''] = answerLine.exec(line) ?? [];
    return code === undefined ? [] : [{ code: Number(code), stdout: text(out), stderr: text(err) }];
  });

const wordsOf = ({ args }: Call): ShellScript => args.reduce<ShellScript>((sum, arg) => sh`${sum} ${arg}`, sh``);

/** The first call that fails ends the script. */
const shellOf = (calls: readonly Call[]): ShellScript =>
  calls.reduce(
    (sum, one) => {
      const orAllowed = one.allows ? sh` || allowed ${one.allows.source}` : sh``;
      const orEnd = one.fails ? sh` || { ${one.fails}\nexit 0; }` : sh` || exit 0`;
      return sh`${sum}\nvbox${wordsOf(one)}${orAllowed}${orEnd}\n${one.learns ?? sh``}`;
    },
    sh``,
  );

const named = ({ args }: Call) => args.map((arg) => (typeof arg === 'object' ? '…' : arg)).join(' ');

const digestOf = (calls: readonly Call[]): ShellScript =>
  calls.reduce((sum, one) => sh`${sum} "$VBOX"${wordsOf(one)} 2>/dev/null 9>&-;`, sh``);

/** VBoxManage on a hypervisor host. Calls that change something wait for each other, also those of other consoles there. */
export class VBox {
  readonly hypervisor: Hypervisor;
  readonly #caller: Caller;

  constructor(hypervisor: Hypervisor, caller: Caller) {
    this.hypervisor = hypervisor;
    this.#caller = caller;
  }

  /** Calls that change nothing, in one round trip. Throws what `explain` makes of the first that fails. */
  async read(name: string, calls: readonly Call[]): Promise<readonly string[]> {
    return this.#outputs(calls, await this.#run({ name, script: sh`${functions}${shellOf(calls)}` }));
  }

  /** The same with a digest, for changes that depend on what was read. */
  async look(name: string, calls: readonly Call[]): Promise<Reading> {
    const outputs = await this.read(name, calls);
    return { calls, outputs, digest: createHash('sha256').update(outputs.join('')).digest('hex') };
  }

  /** Calls in this order up to the first that fails. Null where the world has changed since `unlessChanged` was read. */
  async change(changes: Changes): Promise<readonly string[] | null> {
    const { name, calls, before = sh``, after = sh``, unlessChanged, ...how } = changes;
    for (const one of calls) this.#caller.log.line('stdout', `VBoxManage ${named(one)}`);
    const guard = unlessChanged
      ? sh`[ "$({ ${digestOf(unlessChanged.calls)} } | sha256sum)" = ${`${unlessChanged.digest}  -`} ] || { echo ${hasChanged}; exit 0; }`
      : sh``;
    const stdout = await this.locked({ name, ...how, script: sh`${guard}\n${before}${shellOf(calls)}\n${after}` });
    return stdout.trim() === hasChanged ? null : this.#outputs(calls, stdout);
  }

  /** Shell, `vbox` among its commands, that no other change runs beside. Ends at the first command that fails. */
  locked({ script, timeoutMs = callTimeoutMs, ...how }: Shell): Promise<string> {
    const { folder } = this.hypervisor;
    return this.#run({
      ...how,
      timeoutMs: timeoutMs + lockWaitMs,
      script: sh`${functions}
mkdir -p ${folder}
command -v flock > /dev/null || { echo 'flock is missing: install util-linux' >&2; exit 69; }
exec 9> ${`${folder}/virtualbox.lock`}
flock -w ${lockWaitSeconds} 9 || { echo 'another change to VirtualBox does not end' >&2; exit 75; }
set -e
${script}`,
    });
  }

  /** Shell as the account of the hypervisor host. Out: what it printed. */
  shell(name: string, script: ShellScript): Promise<string> {
    return this.#run({ name, script });
  }

  async #run(command: Shell): Promise<string> {
    const { signal } = this.#caller;
    signal.throwIfAborted();
    try {
      return (await this.hypervisor.run({ timeoutMs: callTimeoutMs, ...command }, signal)).stdout;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof AppError ? explainHost(error, this.hypervisor.name) : error;
    }
  }

  #outputs(calls: readonly Call[], stdout: string): readonly string[] {
    const answers = answersIn(stdout);
    for (const [index, { code, stderr }] of answers.entries()) {
      const one = calls[index];
      if (code === 0 || !one || one.allows?.test(stderr)) continue;
      throw explain({ stderr, call: named(one), host: this.hypervisor.name });
    }
    if (answers.length === calls.length) return answers.map((answer) => answer.stdout);
    throw new AppError({
      code: 'driver.failed',
      public: `VBoxManage on ${this.hypervisor.name} broke off after ${answers.length} of ${calls.length} calls.`,
      output: stdout.slice(-2000),
    });
  }
}
