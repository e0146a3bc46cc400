import { getRequestConfig } from 'next-intl/server';
import { cookies } from 'next/headers';

import type messages from '../../messages/en.json';
import { type Locale, localeCookie, parseLocale, parseTimeZone, timeZoneCookie } from './locales';

const loaders: Record<Locale, () => Promise<{ default: typeof messages }>> = {
  en: () => import('../../messages/en.json'),
};

/** Language and time zone of one request, both from cookies: the console's addresses carry no language. */
export default getRequestConfig(async () => {
  const jar = await cookies();
  const locale = parseLocale(jar.get(localeCookie)?.value);
  const timeZone = parseTimeZone(jar.get(timeZoneCookie)?.value);
  return { locale, timeZone, messages: (await loaders[locale]()).default };
});
