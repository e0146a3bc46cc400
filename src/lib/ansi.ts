/** The eight colours of a terminal, in the order of their codes (30 to 37). Bright ones count as their plain ones. */
export const ansiColours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

export type AnsiColour = (typeof ansiColours)[number];

/** Text of one look. The colours are names: the page decides what is readable on its ground. */
export interface AnsiSpan {
  readonly text: string;
  readonly foreground?: AnsiColour;
  readonly background?: AnsiColour;
  readonly isBold?: true;
  readonly isFaint?: true;
  readonly isItalic?: true;
  readonly isUnderlined?: true;
  readonly isInverse?: true;
}

type Look = Omit<AnsiSpan, 'text'>;
type Change = Partial<{ [K in keyof Look]: Look[K] | undefined }>;

const plain: Look = {};

const attributes: Readonly<Record<number, Change>> = {
  1: { isBold: true },
  2: { isFaint: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isInverse: true },
  21: { isBold: undefined },
  22: { isBold: undefined, isFaint: undefined },
  23: { isItalic: undefined },
  24: { isUnderlined: undefined },
  27: { isInverse: undefined },
  39: { foreground: undefined },
  49: { background: undefined },
};

const reference: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 49, 49],
  [13, 188, 121],
  [200, 180, 16],
  [36, 114, 200],
  [188, 63, 188],
  [17, 168, 205],
  [229, 229, 229],
];

const nearest = (red: number, green: number, blue: number): AnsiColour => {
  const distances = reference.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return ansiColours[distances.indexOf(Math.min(...distances))] ?? 'white';
};

/** Any of the 256 colours as the nearest of the eight: 0-15 named, 16-231 a cube of six levels, 232-255 greys. */
const ofPalette = (index: number): AnsiColour => {
  if (index < 16) return ansiColours[index % 8] ?? 'white';
  if (index >= 232) return index < 244 ? 'black' : 'white';
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
};

const isByte = (value: number | undefined): value is number => value !== undefined && value <= 255;

/** Reads "38;5;n" and "38;2;r;g;b" (also 48). Takes what it has read off `codes`. */
const extendedColour = (codes: number[]): AnsiColour | undefined => {
  const mode = codes.shift();
  if (mode === 5) {
    const index = codes.shift();
    return isByte(index) ? ofPalette(index) : undefined;
  }
  if (mode === 2) {
    const [red, green, blue] = codes.splice(0, 3);
    return isByte(red) && isByte(green) && isByte(blue) ? nearest(red, green, blue) : undefined;
  }
  return undefined;
};

const changeOf = (code: number, rest: number[]): Change => {
  if (code === 38) return { foreground: extendedColour(rest) };
  if (code === 48) return { background: extendedColour(rest) };
  const colour = ansiColours[code % 10];
  const tens = Math.floor(code / 10);
  if (colour && (tens === 3 || tens === 9)) return { foreground: colour };
  if (colour && (tens === 4 || tens === 10)) return { background: colour };
  return attributes[code] ?? {};
};

/** The look after a "select graphic rendition" sequence with these parameters. */
const applied = (look: Look, parameters: string): Look => {
  // Colons part the pieces of one colour in the form that ISO 8613-6 prescribes; most programs write semicolons.
  const codes = parameters.split(/[;:]/).map((text) => Number.parseInt(text, 10) || 0);
  let next: Change = { ...look };
  while (codes.length) {
    const code = codes.shift() ?? 0;
    next = code === 0 ? {} : { ...next, ...changeOf(code, codes) };
  }
  const set = Object.entries(next).filter(([, value]) => value !== undefined);
  return set.length === 0 ? plain : (Object.fromEntries(set) as Look);
};

// In this order: CSI sequences (the colours are those that end in "m"), OSC and other strings up to their end, character
// set choices, the remaining two-character escapes, and at last any control character that is left.
const controls =
  /(?:\u001B\[|\u009B)([0-?]*)[ -/]*([@-~]?)|(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C|$)|\u001B[ -/]+[0-~]|\u001B[0-~]?|[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** What a terminal would show at last of a line with carriage returns: a progress bar overwrites itself. */
const afterReturns = (line: string): string => {
  if (!line.includes('\r')) return line;
  const writings = line.split('\r').filter((writing) => writing !== '');
  return writings.at(-1) ?? '';
};

/**
 * Reads one line of terminal output into spans of text. Colours and attributes are kept, every other control sequence
 * and control character (those that reorder text among them) is left out; tabs stay. Of a line that overwrites itself
 * only the last writing counts. Looks do not carry over to the next line. Pure.
 * Source: ECMA-48, 5th edition, 5.4 and 8.3.117.
 */
export function parseAnsi(line: string): readonly AnsiSpan[] {
  const text = afterReturns(line);
  const spans: AnsiSpan[] = [];
  let look = plain;
  let end = 0;
  const add = (piece: string) => {
    if (piece === '') return;
    const last = spans.at(-1);
    if (last && sameLook(last, look)) spans[spans.length - 1] = { ...last, text: last.text + piece };
    else spans.push({ ...look, text: piece });
  };
  for (const match of text.matchAll(controls)) {
    add(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[2] === 'm') look = applied(look, match[1] ?? '');
  }
  add(text.slice(end));
  return spans;
}

const sameLook = ({ text: _text, ...a }: AnsiSpan, b: Look): boolean => {
  const keys = Object.keys(a) as (keyof Look)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};

/** The line as a person reads it: what `parseAnsi` shows, without looks. Pure. */
export const plainText = (line: string): string => afterReturns(line).replaceAll(controls, '');
