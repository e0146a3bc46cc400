import fc from 'fast-check';

/** Pieces that would do something if they were interpreted; what they do is leave a file in the working folder. */
const traps = [
  '$(touch canary)',
  '`touch canary`',
  '; touch canary #',
  '\n touch canary\n',
  '&& touch canary',
  '| touch canary',
  "'; touch canary; '",
  '"; touch canary; "',
  '>canary',
  '<canary',
  '$HOME',
  '${HOME}',
  '$((1+1))',
  '{a,b}',
  '[a-z]',
  "\\'",
  "'\\''",
  '\\n',
  '\\0',
  '%s',
  '%n',
  '--',
  '-n',
  '-e',
  '!!',
  '\\',
  "'",
  '"',
  '$',
  '!',
  '~',
  '*',
  '?',
  '#',
  '-',
  '\t',
  '\r',
  '\u001B[0m',
  'ÄÖ',
  '漢字',
  '🚢',
  '\u202E',
  '\uFEFF',
];

/** Arbitrary text without NUL, with a liking for what shells interpret. */
export const shellValue = fc
  .array(fc.oneof(fc.constantFrom(...traps), fc.string({ unit: 'binary' })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', ''));
