import { type ShellScript, sh } from '@/server/ssh/shell';

/**
 * How our scripts answer: lines that begin with "::" are facts, `::name=value`, and everything else is for the log.
 * `fact NAME VALUE` prints one, `blob NAME < FILE` prints one whose value may hold anything.
 */
export const reporting: ShellScript = sh`fact() { printf '::%s=%s\\n' "$1" "$2"; }
blob() { printf '::%s=' "$1"; base64 | tr -d '\\n'; echo; }`;

const factLine = /^::([A-Za-z0-9_.-]+)=(.*)$/s;

/** The facts of one script's answer. A fact may come several times. */
export class Report {
  readonly #facts = new Map<string, string[]>();

  /** Takes a line of standard output; false when it is no fact. */
  take(line: string): boolean {
    const [, name, value] = factLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return false;
    const values = this.#facts.get(name);
    if (values) values.push(value);
    else this.#facts.set(name, [value]);
    return true;
  }

  has(name: string): boolean {
    return this.#facts.has(name);
  }

  /** The first value; empty where there is none. */
  get(name: string): string {
    return this.#facts.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#facts.get(name) ?? [];
  }

  /** The names that begin with this, without it. */
  namesAfter(prefix: string): string[] {
    return [...this.#facts.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /** A number; NaN where there is none. */
  number(name: string): number {
    return Number.parseFloat(this.get(name));
  }

  is(name: string): boolean {
    return this.get(name) === 'yes';
  }

  /** What `blob` printed, or null where it did not. */
  blob(name: string): Buffer | null {
    return this.has(name) ? Buffer.from(this.get(name), 'base64') : null;
  }

  text(name: string): string {
    return this.blob(name)?.toString('utf8') ?? '';
  }
}

/** Reads a whole answer at once, as tests do. */
export function parseReport(stdout: string): Report {
  const report = new Report();
  for (const line of stdout.split('\n')) report.take(line);
  return report;
}
