/** How many machines one form may make. */
export const machinesAtOnceMax = 100;

export type ExpandedNames =
  | { readonly names: readonly string[]; readonly problem: null }
  | { readonly names: null; readonly problem: string };

const refused = (problem: string): ExpandedNames => ({ names: null, problem });

const range = /\{(\d{1,6})\.\.(\d{1,6})\}/;

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** A part of a list with its first range written out; the others are written out in turn. Null where there would be too many. */
const expandPart = (part: string): readonly string[] | null => {
  const found = range.exec(part);
  if (!found) return [part];
  const [whole, from = '', to = ''] = found;
  const first = Number(from);
  const last = Number(to);
  const count = Math.abs(last - first) + 1;
  if (count > machinesAtOnceMax) return null;
  // Leading zeros are kept: {01..12}.
  const width = from.startsWith('0') || to.startsWith('0') ? Math.max(from.length, to.length) : 0;
  const step = first <= last ? 1 : -1;
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const rest = expandPart(part.replace(whole, padded(first + index * step, width)));
    if (!rest || names.length + rest.length > machinesAtOnceMax) return null;
    names.push(...rest);
  }
  return names;
};

/** Whether a text stands for several names: a range in braces, or a list with commas. */
export const isNamePattern = (text: string): boolean => /[{},]/.test(text);

/**
 * The names that a pattern stands for: `edge-{1..5}`, `web-{01..12}`, a list `a, b, c`, or both together. A text without any
 * of these is one name. Does not judge the names themselves. Pure.
 */
export function expandNames(pattern: string): ExpandedNames {
  const parts = pattern
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const tooMany = refused(`That is more than ${machinesAtOnceMax} machines. Make them in several goes.`);
  const names: string[] = [];
  for (const part of parts) {
    const expanded = expandPart(part);
    if (!expanded || names.length + expanded.length > machinesAtOnceMax) return tooMany;
    names.push(...expanded);
  }
  const broken = names.find((name) => /[{}]/.test(name));
  if (broken !== undefined) return refused(`"${broken}" is no range. Write it as in edge-{1..5}.`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refused(`"${twice}" stands in it twice.`);
  return { names, problem: null };
}

/** The lines of a text, one for each machine; empty ones at the end do not count. */
export const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return lines;
};
