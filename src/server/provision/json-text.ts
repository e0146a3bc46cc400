/** Where a JSON text stops being JSON. Lines and columns count from 1. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
  /** What is there: a character, or the end of the text. */
  readonly found: string;
}

export type JsonText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: JsonProblem };

const token =
  /[ \t\r\n]*(?:(?<mark>[{}[\]:,])|(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<scalar>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null))/y;

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** One step of the grammar: what may come after this token, or null when it may not stand here. */
function advance(
  expected: Expected,
  groups: Readonly<Record<string, string | undefined>>,
  open: ('{' | '[')[],
): Expected | null {
  const { mark, text } = groups;
  const closed = (): Expected => (open.length === 0 ? 'nothing' : 'comma-or-end');
  const wantsValue = expected === 'value' || expected === 'value-or-end';
  const wantsKey = expected === 'key' || expected === 'key-or-end';
  if (mark === undefined) {
    if (wantsKey) return text === undefined ? null : 'colon';
    return wantsValue ? closed() : null;
  }
  if (mark === '{' || mark === '[') {
    if (!wantsValue) return null;
    open.push(mark);
    return mark === '{' ? 'key-or-end' : 'value-or-end';
  }
  if (mark === ':') return expected === 'colon' ? 'value' : null;
  if (mark === ',') return expected === 'comma-or-end' ? (open.at(-1) === '{' ? 'key' : 'value') : null;
  const mayEnd = expected === 'comma-or-end' || expected === (mark === '}' ? 'key-or-end' : 'value-or-end');
  if (!mayEnd || open.pop() !== (mark === '}' ? '{' : '[')) return null;
  return closed();
}

/** The offset of the first character that cannot continue a JSON text; the length of the text where it ends too early. */
function firstFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected | null = 'value';
  let offset = 0;
  for (;;) {
    token.lastIndex = offset;
    const match = token.exec(text);
    const start = offset + (/^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
    if (!match?.groups) return start;
    expected = advance(expected, match.groups, open);
    if (expected === null) return start;
    offset = token.lastIndex;
  }
}

/** Parses JSON and says where it is wrong, which JSON.parse of Node 20 does not always do. A byte order mark is skipped. */
export function parseJsonText(source: string): JsonText {
  const text = source.replace(/^\uFEFF/, '');
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const offset = firstFault(text);
    const before = text.slice(0, offset).split('\n');
    const character = text.slice(offset)[Symbol.iterator]().next().value as string | undefined;
    return {
      ok: false,
      problem: {
        line: before.length,
        column: (before.at(-1) ?? '').length + 1,
        found: character === undefined ? 'the end of the text' : `"${character}"`,
      },
    };
  }
}

export const describeJsonProblem = ({ line, column, found }: JsonProblem) =>
  `line ${line}, column ${column}: ${found} cannot stand there`;
