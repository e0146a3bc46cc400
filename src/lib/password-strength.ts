import { passwordLength } from './account';

export const passwordStrengths = ['short', 'weak', 'fair', 'strong'] as const;
export type PasswordStrength = (typeof passwordStrengths)[number];

const runs = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const overused = /passw(?:or|0r)d|quaymaster|docker|letmein|welcome|admin|changeme|secret/gi;

// "aaaa" and "1234" are as easy as one character each.
const isGuessable = (before: string, character: string) =>
  before === character || runs.some((run) => run.includes(before + character) || run.includes(character + before));

/**
 * A rough hint for whoever chooses a password: counts the characters that are not guessable from the one before or part
 * of an overused word or of `own` (the person's name, the address, the team). Pure; a hint, never a rule.
 */
export function passwordStrength(password: string, own: readonly string[] = []): PasswordStrength {
  if (password.length < passwordLength.min) return 'short';
  let text = password.toLowerCase().replace(overused, '*');
  for (const word of own.flatMap((words) => words.toLowerCase().split(/[^\p{L}\p{N}]+/u))) {
    if (word.length > 2) text = text.replaceAll(word, '*');
  }
  const characters = Array.from(text);
  const counted = characters.filter((character, index) => {
    const before = characters[index - 1];
    return before === undefined || !isGuessable(before, character);
  });
  const variety = new Set(counted).size;
  const score = Math.min(counted.length, variety * 1.5);
  if (score < 9) return 'weak';
  return score < 14 ? 'fair' : 'strong';
}
