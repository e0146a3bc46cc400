const mask = '••••••';
const leastLength = 4;
const pemKeyLine = /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/;

/** Masks known secrets in lines before they are stored. Of a secret with several lines each line is masked. */
export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  add(secret: string): void {
    for (const line of secret.split(/\r?\n/)) {
      const text = line.trim();
      if (text.length >= leastLength && !text.startsWith('-----')) this.#secrets.add(text);
    }
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    this.#pattern = longestFirst.length
      ? new RegExp(longestFirst.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|'), 'g')
      : undefined;
  }

  redact(text: string): string {
    const masked = this.#pattern ? text.replaceAll(this.#pattern, mask) : text;
    return masked.replace(pemKeyLine, mask);
  }
}
