/** One assignment of a unit file, in the order in which systemd reads them. */
export interface UnitAssignment {
  readonly file: string;
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** `systemctl cat` puts "# PATH" above each file that it prints. */
const fileHeader = /^# (\/\S+\.(?:service|socket|conf))$/;

/** Parses what `systemctl cat UNIT` prints: the unit file and its drop-ins. Source: systemd.syntax(7). */
export function parseUnitText(text: string): UnitAssignment[] {
  const assignments: UnitAssignment[] = [];
  let file = '';
  let section = '';
  let pending: string | null = null;
  for (const line of text.split('\n')) {
    const isComment = /^\s*[#;]/.test(line);
    if (pending === null) {
      const header = fileHeader.exec(line)?.[1];
      if (header !== undefined) [file, section] = [header, ''];
    }
    // A comment does not end a line that is continued.
    if (isComment) continue;
    const joined: string = pending === null ? line.trimStart() : `${pending} ${line.trim()}`;
    if (joined.endsWith('\\')) {
      pending = joined.slice(0, -1).trimEnd();
      continue;
    }
    pending = null;
    section = /^\[(.+)\]\s*$/.exec(joined)?.[1] ?? section;
    const at = joined.indexOf('=');
    if (at > 0 && !joined.startsWith('[')) {
      assignments.push({ file, section, key: joined.slice(0, at).trim(), value: joined.slice(at + 1).trim() });
    }
  }
  return assignments;
}

/** The values that count: an empty assignment takes back the ones before it. */
export function effectiveValues(
  assignments: readonly UnitAssignment[],
  section: string,
  key: string,
): UnitAssignment[] {
  const own = assignments.filter((assignment) => assignment.section === section && assignment.key === key);
  return own.slice(own.findLastIndex((assignment) => assignment.value === '') + 1);
}

/** One word of a command line: as it stands in the file, and what it means. */
export interface UnitWord {
  readonly raw: string;
  readonly text: string;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ' };

/** Splits a value at white space as systemd does: quotes group, backslashes escape. */
export function splitUnitWords(value: string): UnitWord[] {
  const words: UnitWord[] = [];
  const pattern = /(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|[^\s"'\\])+/gs;
  for (const [raw] of value.matchAll(pattern)) {
    const text = raw
      .replace(
        /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gs,
        (_, double?: string, single?: string) => double ?? single ?? '',
      )
      .replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
    words.push({ raw, text });
  }
  return words;
}

/** One value inside double quotes of a unit file. */
export function quoteUnitValue(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('%', '%%')}"`;
}

/** Parses a file that EnvironmentFile= names: NAME=value lines, with optional quotes around the value. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, raw] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || raw === undefined) continue;
    const value = raw.trim();
    const quoted = /^(["'])(.*)\1$/s.exec(value);
    variables[name] = quoted?.[2] ?? value;
  }
  return variables;
}
