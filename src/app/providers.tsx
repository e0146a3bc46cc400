'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { useTimeZone, useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { config as configureZod } from 'zod/v4/core';

import { timeZoneCookie } from '@/i18n/locales';
import { TrpcProvider } from '@/trpc/provider';

import { cssVariables } from './_theme/css-variables';
import { theme } from './_theme/theme';
import { NowProvider } from './_ui/now';

// zod compiles schemas with `new Function`, which the content security policy refuses with an error in the console.
configureZod({ jitless: true });

export interface ProvidersProps {
  readonly nonce: string;
  /** When the server rendered the page, in milliseconds since 1970. */
  readonly renderedAtMs: number;
  readonly children: ReactNode;
}

/** What every page stands in: look, dialogs, notifications, clock. */
export function Providers({ nonce, renderedAtMs, children }: ProvidersProps) {
  const t = useTranslations('common');
  // The policy is the document's: a later refresh of the layout brings a nonce that the browser would refuse.
  const [documentNonce] = useState(() => {
    if (typeof window !== 'undefined') setNonce(nonce);
    return nonce;
  });
  useBrowserTimeZone();

  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => documentNonce}
    >
      <NowProvider renderedAtMs={renderedAtMs}>
        <TrpcProvider>
          <ModalsProvider labels={{ confirm: t('confirm'), cancel: t('cancel') }}>{children}</ModalsProvider>
        </TrpcProvider>
        <Notifications position="bottom-right" transitionDuration={140} limit={3} />
      </NowProvider>
    </MantineProvider>
  );
}

/** Tells the server the browser's time zone, once, so that both write the same exact times. */
function useBrowserTimeZone() {
  const router = useRouter();
  const rendered = useTimeZone();
  useEffect(() => {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || zone === rendered) return;
    const before = document.cookie;
    document.cookie = `${timeZoneCookie}=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
    // Where cookies are refused, or the server does not know the zone, a refresh would only repeat itself.
    if (document.cookie !== before) router.refresh();
  }, [rendered, router]);
}
