const contracting: readonly RegExp[] = [
  /\bdrop\s+(table|column|type)\b/i,
  /\brename\s+(column\b|to\b|value\b)/i,
  /\badd\s+column\b(?![^,]*\bdefault\b)[^,]*\bnot\s+null\b/i,
  /\balter\s+column\b[^,]*\bset\s+not\s+null\b/i,
  /\balter\s+column\b[^,]*\b(set\s+data\s+)?type\b/i,
];

/**
 * The statements of a migration that a replica of the version before could not bear: what it reads is gone, or what it
 * writes is refused. A file with a comment `-- contract: why it is safe by now` may have them. Pure.
 */
export function contractions(sql: string): string[] {
  if (/^-- contract: \S/m.test(sql)) return [];
  return sql
    .replaceAll(/^\s*--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => contracting.some((pattern) => pattern.test(statement)));
}
