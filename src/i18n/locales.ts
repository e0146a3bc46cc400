/** Languages with a file in messages/. The first is what a browser without a choice gets. */
export const locales = ['en'] as const;

export type Locale = (typeof locales)[number];

const defaultLocale: Locale = locales[0];

export const localeCookie = 'quaymaster-locale';

/** The browser's time zone, kept so that the server writes the same exact times as the browser. */
export const timeZoneCookie = 'quaymaster-time-zone';

/** In: any text. Out: the locale it names, or the default. Pure. */
export function parseLocale(text: string | undefined): Locale {
  return locales.find((locale) => locale === text) ?? defaultLocale;
}

/** In: any text. Out: the IANA time zone it names, or UTC. Pure. */
export function parseTimeZone(text: string | undefined): string {
  if (!text || text.length > 64) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    // RangeError: not a zone that this runtime knows. A cookie is anyone's to write, so it is no error of ours.
    return 'UTC';
  }
}
