/** The shells that people type docker commands into. "bash" stands for zsh and sh as well. */
export const clientShells = ['bash', 'fish', 'powershell', 'cmd'] as const;
export type ClientShell = (typeof clientShells)[number];

/** Stands for the person's home folder inside a value; each shell fills it in when the line is run. */
export const home = Symbol('home');
/** A value as the program should get it, in pieces. */
export type ShellValue = readonly (string | typeof home)[];

interface Dialect {
  /** One argument of a command. */
  readonly word: (value: ShellValue) => string;
  readonly set: (name: string, value: ShellValue) => string;
  readonly unset: (name: string) => string;
}

/** In double quotes these mean something; "!" is the history of an interactive bash. */
const specialInDoubleQuotes = /["$`\\!]/;

const textsOf = (value: ShellValue): string[] => value.filter((part) => typeof part === 'string');

/** Double quotes where nothing in them is special, else single quotes around the text and double ones around the home. */
function unixWord(value: ShellValue, escapeSingleQuoted: (text: string) => string): string {
  if (!textsOf(value).some((text) => specialInDoubleQuotes.test(text))) {
    return `"${value.map((part) => (part === home ? '$HOME' : part)).join('')}"`;
  }
  return value.map((part) => (part === home ? '"$HOME"' : `'${escapeSingleQuoted(part)}'`)).join('');
}

const bashWord = (value: ShellValue) => unixWord(value, (text) => text.replaceAll("'", `'\\''`));
const fishWord = (value: ShellValue) => unixWord(value, (text) => text.replaceAll(/['\\]/g, String.raw`\$&`));

/** PowerShell takes typographic double quotes for plain ones, so these are escaped as well. */
const powershellWord = (value: ShellValue) =>
  `"${value.map((part) => (part === home ? '$HOME' : part.replaceAll(/["\u201c-\u201e$`]/g, '`$&'))).join('')}"`;

/**
 * cmd knows no escape inside its quotes, and a percent sign is looked at even there. So the quotes are closed around a
 * percent sign or a quote, and a caret keeps that from being read; the program's own parser joins the pieces again. It
 * wants backslashes doubled before a quote. Source: Microsoft, "Parsing C++ command-line arguments".
 */
function cmdWord(value: ShellValue): string {
  let word = '"';
  for (const part of value) {
    for (const character of part === home ? ['%USERPROFILE%'] : part) {
      if (character === '%') word = `${closed(word)}^%"`;
      else if (character === '"') word = `${closed(word)}\\^""`;
      else word += character;
    }
  }
  return closed(word);
}

const closed = (word: string) => `${word}${/\\*$/.exec(word)?.[0] ?? ''}"`;

/** SET takes everything to the last quote, so quotes protect all but the two characters that need a caret outside them. */
function cmdSet(name: string, value: ShellValue): string {
  const isQuotable = !textsOf(value).some((text) => /[%"]/.test(text));
  if (isQuotable) return `SET "${name}=${value.map((part) => (part === home ? '%USERPROFILE%' : part)).join('')}"`;
  const escaped = (text: string) => text.replaceAll(/[%"^&|<>()]/g, '^$&');
  return `SET ${name}=${value.map((part) => (part === home ? '%USERPROFILE%' : escaped(part))).join('')}`;
}

const dialects: Record<ClientShell, Dialect> = {
  bash: {
    word: bashWord,
    set: (name, value) => `export ${name}=${bashWord(value)}`,
    unset: (name) => `unset ${name}`,
  },
  fish: {
    word: fishWord,
    set: (name, value) => `set -gx ${name} ${fishWord(value)};`,
    unset: (name) => `set -e ${name};`,
  },
  powershell: {
    word: powershellWord,
    set: (name, value) => `$Env:${name} = ${powershellWord(value)}`,
    unset: (name) => `Remove-Item Env:\\${name}`,
  },
  cmd: { word: cmdWord, set: cmdSet, unset: (name) => `SET ${name}=` },
};

/** Quotes one argument so that the program gets exactly the value. Throws RangeError for control characters. */
export const quoteWord = (shell: ClientShell, value: ShellValue): string => dialects[shell].word(checked(value));

/** A line that sets an environment variable for this session. Throws RangeError for control characters. */
export const setVariable = (shell: ClientShell, name: string, value: ShellValue): string =>
  dialects[shell].set(name, checked(value));

/** A line that takes the variable away again. */
export const unsetVariable = (shell: ClientShell, name: string): string => dialects[shell].unset(name);

/**
 * Joins neighbouring texts, so that they share their quotes. A line break ends a line in any quotes of cmd, so what
 * follows it would run as a command of its own.
 */
function checked(value: ShellValue): ShellValue {
  const merged: (string | typeof home)[] = [];
  for (const part of value) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  if (textsOf(merged).some((text) => /\p{Cc}/u.test(text))) throw new RangeError('control characters in a shell value');
  return merged;
}
