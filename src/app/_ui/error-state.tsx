'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { CopyButton } from './copy';
import { Notice } from './notice';

import classes from './states.module.css';

/** What the browser learns of an error: the server's formatter makes it from an AppError. */
export interface ClientError {
  readonly code: string;
  /** The catalogue's short title, when the server sends it. */
  readonly title?: string | undefined;
  /** What happened, why, and what to do, in that order. */
  readonly public: string;
  readonly requestId?: string | undefined;
  readonly fieldErrors?: Readonly<Record<string, string>> | undefined;
}

export interface ErrorStateProps {
  readonly error: ClientError;
  /** What did not work ("Machines could not be loaded"); the error's own title by default. */
  readonly title?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
  readonly isRetrying?: boolean | undefined;
  /** Further ways on, beside "Try again". */
  readonly children?: ReactNode | undefined;
}

/** Why there is no content here, or why an action failed. The code and the request stand under "Details". */
export function ErrorState({ error, title, onRetry, isRetrying = false, children }: ErrorStateProps) {
  const t = useTranslations('common');
  const fields = Object.entries(error.fieldErrors ?? {});
  const actions = (onRetry ?? children) && (
    <>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry} loading={isRetrying}>
          {t('retry')}
        </Button>
      )}
      {children}
    </>
  );
  return (
    <Notice tone="failed" role="alert" title={title ?? error.title ?? t('error.title')} actions={actions || undefined}>
      <p className={classes['text']}>{error.public}</p>
      {fields.length > 0 && (
        <ul className={classes['fields']}>
          {fields.map(([field, message]) => (
            <li key={field}>
              {field !== '' && <span className="qm-mono">{field}: </span>}
              {message}
            </li>
          ))}
        </ul>
      )}
      <ErrorDetails error={error} />
    </Notice>
  );
}

/** The folded code and request id, ready to be copied into a report. */
export function ErrorDetails({ error }: { readonly error: Pick<ClientError, 'code' | 'requestId'> }) {
  const t = useTranslations('common');
  const rows: readonly (readonly [string, string])[] = [
    [t('error.code'), error.code],
    ...(error.requestId === undefined ? [] : [[t('error.requestId'), error.requestId] as const]),
  ];
  const text = rows.map(([name, value]) => `${name}: ${value}`).join('\n');
  return (
    <details className={classes['details']}>
      <summary>{t('details')}</summary>
      <div className={classes['detailsBody']}>
        <dl>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="qm-mono">{value}</dd>
            </div>
          ))}
        </dl>
        <CopyButton value={text} name={t('details')} size="xs" />
      </div>
    </details>
  );
}
