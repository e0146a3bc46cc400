'use client';

import { Button, Group } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CopyLine } from './copy';

import classes from './full-page.module.css';

export interface PageErrorProps {
  /** Next replaces a server error's message by this number, which stands in the console's log as well. */
  readonly digest: string | undefined;
  readonly onReload: () => void;
}

/** What stands where a page threw. */
export function PageError({ digest, onReload }: PageErrorProps) {
  const t = useTranslations('errors.page');
  return (
    <div role="alert">
      <h1 className={classes['title']}>{t('title')}</h1>
      <p className={classes['text']}>{t('description')}</p>
      {digest !== undefined && (
        <p className={classes['reference']}>
          {t('reference')}: <CopyLine value={digest} name={t('reference')} />
        </p>
      )}
      <Group>
        <Button onClick={onReload}>{t('reload')}</Button>
      </Group>
    </div>
  );
}
