'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo, useState } from 'react';
import { config as configureZod } from 'zod/v4/core';

import { BrowserTimeZone } from '@/i18n/browser-time-zone';
import { TrpcProvider } from '@/trpc/provider';

import { cssVariables } from './_theme/css-variables';
import { theme, withCloseLabel } from './_theme/theme';
import { NowProvider } from './_ui/now';
import { UploadsProvider } from './_uploads/uploads';

// zod compiles schemas with `new Function`, which the content security policy refuses with an error in the console.
configureZod({ jitless: true });

export interface ProvidersProps {
  readonly nonce: string;
  /** When the server rendered the page, in milliseconds since 1970. */
  readonly renderedAtMs: number;
  readonly children: ReactNode;
}

/** What every page stands in: API, uploads, time zone, look, dialogs, notifications, clock. */
export function Providers({ nonce, renderedAtMs, children }: ProvidersProps) {
  const t = useTranslations('common');
  const close = t('close');
  const localisedTheme = useMemo(() => withCloseLabel(theme, close), [close]);
  // The policy is the document's: a later refresh of the layout brings a nonce that the browser would refuse.
  const [documentNonce] = useState(() => {
    if (typeof window !== 'undefined') setNonce(nonce);
    return nonce;
  });

  return (
    <MantineProvider
      theme={localisedTheme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => documentNonce}
    >
      <BrowserTimeZone>
        <NowProvider renderedAtMs={renderedAtMs}>
          <TrpcProvider>
            <UploadsProvider>
              <ModalsProvider labels={{ confirm: t('confirm'), cancel: t('cancel') }}>{children}</ModalsProvider>
            </UploadsProvider>
          </TrpcProvider>
          <Notifications position="bottom-right" transitionDuration={140} limit={3} />
        </NowProvider>
      </BrowserTimeZone>
    </MantineProvider>
  );
}
