/** A piece of POSIX shell that is safe to run: made only by the `sh` template, which quotes every value. */
export interface ShellScript {
  readonly shell: string;
}

const quoteOne = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** Quotes one value for a POSIX shell. Throws a TypeError on NUL, which no shell word can hold. */
export function quote(value: string | number): string {
  const text = String(value);
  if (text.includes('\0')) throw new TypeError('a shell word cannot hold a NUL character');
  return quoteOne(text);
}

type ShellValue = string | number | ShellScript | readonly (string | number)[];

const isScript = (value: ShellValue): value is ShellScript => typeof value === 'object' && 'shell' in value;

/**
 * The only way to make a remote command: every interpolated string or number becomes one quoted word, an array
 * becomes several, and a nested `sh` stays as it is.
 */
export function sh(parts: TemplateStringsArray, ...values: readonly ShellValue[]): ShellScript {
  // JavaScript gives no text at all for an escape it does not know (\033): that must not become an empty command.
  if (parts.includes(undefined as never)) throw new TypeError('a shell template holds an escape that is not one');
  let shell = parts[0] ?? '';
  values.forEach((value, index) => {
    if (isScript(value)) shell += value.shell;
    else if (typeof value === 'object') shell += value.map((item) => quote(item)).join(' ');
    else shell += quote(value);
    shell += parts[index + 1] ?? '';
  });
  return { shell };
}
