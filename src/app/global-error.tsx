'use client';

import './layers.css';
import '@mantine/core/styles.layer.css';
import './globals.css';
import { MantineProvider } from '@mantine/core';
import { NextIntlClientProvider } from 'next-intl';

import { common, errors } from '../../messages/en.json';
import { cssVariables } from './_theme/css-variables';
import { theme } from './_theme/theme';
import { FullPage } from './_ui/full-page';
import { PageError } from './_ui/page-error';

export interface GlobalErrorProps {
  readonly error: Error & { readonly digest?: string };
}

/** Stands in when the root layout itself failed: no provider, no language choice, so it brings its own. */
export default function GlobalError({ error }: GlobalErrorProps) {
  return (
    <html lang="en" data-mantine-color-scheme="light">
      <body>
        <NextIntlClientProvider locale="en" messages={{ common, errors }} timeZone="UTC">
          <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
            <FullPage product={common.product}>
              <PageError digest={error.digest} onReload={() => window.location.reload()} />
            </FullPage>
          </MantineProvider>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
