/** What a host says about itself in /etc/os-release: field by name, as os-release(5) has them. */
export interface OsRelease {
  /** ID, lower case ("debian"); "linux" where the file has none, which is what os-release(5) says to assume. */
  readonly id: string;
  /** ID_LIKE, nearest relative first. */
  readonly idLike: readonly string[];
  /** VERSION_ID ("12", "22.04"); empty on rolling releases. */
  readonly versionId: string;
  /** VERSION_CODENAME ("bookworm"); empty where there is none. */
  readonly codename: string;
  /** PRETTY_NAME, for people. */
  readonly prettyName: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Undoes a shell's quoting of one value: '…', "…" with backslash escapes, or plain text with backslash escapes. */
function unquote(raw: string): string {
  const text = raw.trim();
  const quote = text[0];
  if ((quote === '"' || quote === "'") && text.length >= 2 && text.endsWith(quote)) {
    const inside = text.slice(1, -1);
    return quote === "'" ? inside : inside.replace(/\\([$"\\`])/g, '$1');
  }
  return text.replace(/\\(.)/g, '$1');
}

/**
 * Parses the text of /etc/os-release. Lines are split at the first "="; comments, empty lines and lines without a name
 * before the "=" are skipped. Source: os-release(5).
 */
export function parseOsRelease(text: string): OsRelease {
  const fields: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    const name = line.slice(0, Math.max(at, 0)).trim();
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
    fields[name] = unquote(line.slice(at + 1));
  }
  const id = (fields['ID'] ?? '').toLowerCase() || 'linux';
  const versionId = fields['VERSION_ID'] ?? '';
  return {
    id,
    idLike: (fields['ID_LIKE'] ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    versionId,
    codename: fields['VERSION_CODENAME'] ?? '',
    prettyName: fields['PRETTY_NAME'] || [fields['NAME'] ?? id, versionId].filter(Boolean).join(' '),
    fields,
  };
}

/** The first of `families` that the system is, or else is like, in the order that the system itself gives. */
export function nearestFamily<T extends string>(os: OsRelease, families: readonly T[]): T | undefined {
  for (const name of [os.id, ...os.idLike]) {
    const family = families.find((candidate) => candidate === name);
    if (family !== undefined) return family;
  }
  return undefined;
}
