'use client';

import { IconRefreshAlert } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';

import type { RevocationPreview } from '../_data/types';

export interface Consequences {
  readonly certificates: number;
  readonly machines: readonly Pick<RevocationPreview['machines'][number], 'name' | 'state'>[];
  readonly openConnections: number;
  readonly needsRestart: readonly string[];
  /** Only of off-boarding. */
  readonly sessions?: number;
  readonly invitations?: number;
}

export interface WhatWillHappenProps {
  readonly preview: Consequences;
  /** Everything of a member is taken, so that no device of theirs is left to renew. */
  readonly isWholeMember?: boolean;
}

const namesShown = 5;

/** What a revocation, a suspension or an off-boarding changes, in numbers and names, before it is done. */
export function WhatWillHappen({ preview, isWholeMember = false }: WhatWillHappenProps) {
  const t = useTranslations('certificates.preview');
  const list = (names: readonly string[]) =>
    names.length > namesShown
      ? t('namesAndMore', { names: names.slice(0, namesShown).join(', '), count: names.length - namesShown })
      : names.join(', ');
  const { machines, openConnections, needsRestart } = preview;
  const away = machines.filter(({ state }) => state !== 'running' && state !== 'degraded').map(({ name }) => name);
  const sentences = [
    t('certificates', { count: preview.certificates }),
    t('machines', { count: machines.length, names: list(machines.map(({ name }) => name)) }),
    t('connections', { count: openConnections }),
    ...(preview.sessions === undefined ? [] : [t('sessions', { count: preview.sessions })]),
    ...(preview.invitations === undefined ? [] : [t('invitations', { count: preview.invitations })]),
    ...(away.length > 0 ? [t('away', { count: away.length, names: list(away) })] : []),
  ];
  return (
    <>
      <Notice tone="attention" title={t('title')}>
        <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Notice>
      {needsRestart.length > 0 && (
        <Notice
          tone="attention"
          icon={IconRefreshAlert}
          title={t('restart.title', { count: needsRestart.length, names: list(needsRestart) })}
        >
          {t('restart.hint')} {!isWholeMember && t('restart.otherDevices')}
        </Notice>
      )}
    </>
  );
}
