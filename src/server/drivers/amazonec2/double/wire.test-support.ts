/** A request or an answer, by the names that it has on the wire. */
export type Wire = { readonly [name: string]: WireValue };
export type WireValue = string | number | boolean | undefined | Wire | readonly WireValue[];

interface Tree {
  [name: string]: Tree | string;
}

const plant = (tree: Tree, [first = '', ...rest]: readonly string[], value: string): void => {
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const inner = tree[first];
  const branch: Tree = typeof inner === 'object' ? inner : {};
  tree[first] = branch;
  plant(branch, rest, value);
};

/** What is counted from 1 is a list. */
const ripen = (value: Tree | string): WireValue => {
  if (typeof value === 'string') return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return keys.toSorted((one, other) => Number(one) - Number(other)).map((key) => ripen(value[key] ?? ''));
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ripen(inner)]));
};

/** Reads a request of the EC2 query protocol: "Filter.1.Value.2=x". */
export function decodeQuery(body: string): { action: string; parameters: Wire } {
  const tree: Tree = {};
  let action = '';
  for (const [name, value] of new URLSearchParams(body)) {
    if (name === 'Action') action = value;
    else if (name !== 'Version') plant(tree, name.split('.'), value);
  }
  return { action, parameters: ripen(tree) as Wire };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const xmlOf = (value: WireValue): string => {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: WireValue) => `<item>${xmlOf(item)}</item>`).join('');
  if (typeof value === 'object') {
    return Object.entries(value as Wire)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => `<${name}>${xmlOf(inner)}</${name}>`)
      .join('');
  }
  return escaped(textOf(value));
};

export const encodeAnswer = (action: string, answer: Wire): string =>
  `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>${xmlOf(answer)}</${action}Response>`;

export const encodeFault = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></Errors><RequestID>r-1</RequestID></Response>`;

const isList = (value: WireValue): value is readonly WireValue[] => Array.isArray(value);

export const listOf = (value: WireValue): readonly WireValue[] => (isList(value) ? value : []);
/** Empty where it is no text. */
export const textOf = (value: WireValue): string => (typeof value === 'object' ? '' : String(value ?? ''));
export const textsOf = (value: WireValue): readonly string[] => listOf(value).map(textOf);
export const wireOf = (value: WireValue): Wire =>
  typeof value === 'object' && !Array.isArray(value) ? (value as Wire) : {};
