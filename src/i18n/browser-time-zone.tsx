'use client';

import { NextIntlClientProvider, useLocale, useTimeZone } from 'next-intl';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';

import { timeZoneCookie } from './locales';

const browserZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
const neverChanges = () => () => undefined;

/**
 * Writes exact times in the browser's time zone. The first page of a new browser comes in the server's guess and is
 * corrected after hydration; the cookie makes every later one right from the start.
 */
export function BrowserTimeZone({ children }: { readonly children: ReactNode }) {
  const locale = useLocale();
  const rendered = useTimeZone() ?? 'UTC';
  const zone = useSyncExternalStore(neverChanges, browserZone, () => rendered);
  useEffect(() => {
    if (zone === rendered) return;
    document.cookie = `${timeZoneCookie}=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }, [zone, rendered]);
  return (
    <NextIntlClientProvider locale={locale} timeZone={zone}>
      {children}
    </NextIntlClientProvider>
  );
}
