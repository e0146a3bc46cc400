'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { Section } from '@/app/_account/section';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { ExactTime } from '@/app/_ui/relative-time';

import { ReasonName } from '../../../_components/reason-name';
import type { AccessChange } from '../../../_data/types';

import classes from './change-page.module.css';

/** What was asked for, by whom, why, and what it ended besides. */
export function ChangeFacts({ change }: { readonly change: AccessChange }) {
  const t = useTranslations('accessChanges');
  const { reason, comment, effects, fingerprints } = change;
  const fact = (key: string, label: string, value: ReactNode) => ({ key, label, value });
  const count = (key: 'certificates' | 'sessions' | 'invitations') =>
    effects[key] === undefined ? [] : [fact(key, t(`effects.${key}`), effects[key])];
  return (
    <Section title={t('facts.title')}>
      <KeyValueList
        items={[
          fact('what', t('columns.what'), t(`kind.${change.kind}`)),
          fact('subject', t('columns.subject'), change.subject),
          fact('by', t('columns.by'), change.actorName),
          fact('at', t('facts.requestedAt'), <ExactTime at={change.requestedAt} />),
          ...(reason === null ? [] : [fact('reason', t('facts.reason'), <ReasonName reason={reason} />)]),
          ...(comment === null ? [] : [fact('comment', t('facts.comment'), comment)]),
          ...count('certificates'),
          ...(effects.sessionsKept
            ? [fact('sessions', t('effects.sessions'), t('effects.sessionsKept'))]
            : count('sessions')),
          ...count('invitations'),
          ...(fingerprints.length === 0
            ? []
            : [
                fact(
                  'fingerprints',
                  t('facts.fingerprints', { count: fingerprints.length }),
                  <ul className={classes['fingerprints']}>
                    {fingerprints.map((fingerprint) => (
                      <li key={fingerprint}>
                        <Mono>{fingerprint}</Mono>
                      </li>
                    ))}
                  </ul>,
                ),
              ]),
        ]}
      />
    </Section>
  );
}
