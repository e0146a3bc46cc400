import { MantineProvider } from '@mantine/core';
import { NextIntlClientProvider } from 'next-intl';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import messages from '../../../messages/en.json';
import { NowProvider } from './now';

export const renderedAt = new Date('2026-03-04T12:00:00Z');

/** The markup that the server sends for a widget, in English, UTC, at `renderedAt`. */
export function render(element: ReactNode): string {
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <MantineProvider env="test">
        <NowProvider renderedAtMs={renderedAt.getTime()}>{element}</NowProvider>
      </MantineProvider>
    </NextIntlClientProvider>,
  );
}
