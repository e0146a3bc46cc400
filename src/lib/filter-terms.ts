/** One term of a filter: `state=running`, `label=env=prod`, or a bare word, which has no key. */
export interface FilterTerm {
  readonly key: string | null;
  readonly value: string;
}

const termPattern = /(?:([A-Za-z][\w-]*)=)?(?:"((?:[^"\\]|\\.)*)"?|(\S+))/g;

/**
 * Reads the text of a filter bar. Terms are parted by spaces; a value with spaces stands in double quotes
 * (`name="build box"`), in which `\"` and `\\` stand for themselves; only the first "=" parts key and value. A text that
 * is still being typed reads as what it is so far: nothing throws. Pure.
 * Source: the filters of `docker-machine ls --filter` (docs, "ls"), with quotes added.
 */
export function parseFilter(text: string): readonly FilterTerm[] {
  return [...text.matchAll(termPattern)].map(([, key, quoted, plain]) => ({
    key: key ?? null,
    value: quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'),
  }));
}

/** Writes terms back to text; `parseFilter` reads the same terms from it. Pure. */
export function formatFilter(terms: readonly FilterTerm[]): string {
  return terms.map(formatTerm).join(' ');
}

function formatTerm({ key, value }: FilterTerm): string {
  const needsQuotes = value === '' || /[\s"]/.test(value) || (key === null && /^[A-Za-z][\w-]*=/.test(value));
  const written = needsQuotes ? `"${value.replace(/[\\"]/g, '\\$&')}"` : value;
  return key === null ? written : `${key}=${written}`;
}

/** Adds the term, or takes it out when it is there. Pure. */
export function toggleTerm(text: string, term: FilterTerm): string {
  const terms = parseFilter(text);
  const without = terms.filter(({ key, value }) => key !== term.key || value !== term.value);
  return formatFilter(without.length === terms.length ? [...terms, term] : without);
}

/** The values that the text asks for under a key. Pure. */
export function valuesOf(text: string, key: string): readonly string[] {
  return parseFilter(text)
    .filter((term) => term.key === key)
    .map(({ value }) => value);
}
