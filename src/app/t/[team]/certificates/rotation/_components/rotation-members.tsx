'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { StatusBadge } from '@/app/_ui/status-badge';

import type { Rotation } from '../../_authorities/running-rotation';
import { TakeCa } from './take-ca';

import classes from './rotation.module.css';

/** Who has the new CA and who has not; those who have not come first. */
export function RotationMembers({ team, rotation }: { readonly team: string; readonly rotation: Rotation }) {
  const t = useTranslations('rotation.members');
  const { kind } = rotation;
  const isClient = kind === 'client';
  const members = [...rotation.members].sort((a, b) => Number(a.hasNewCa) - Number(b.hasNewCa));
  const has = members.filter(({ hasNewCa }) => hasNewCa).length;
  return (
    <Section title={t('title')} hint={t(kind === 'client' ? 'clientHint' : 'hint')}>
      {members.length === 0 ? (
        t('none')
      ) : (
        <>
          {has === members.length
            ? t(kind === 'client' ? 'allRenewed' : 'all')
            : t('count', { has, total: members.length })}
          <ul className={classes['members']}>
            {members.map((member) => (
              <li key={member.membershipId} className={classes['member']}>
                {member.name}
                <StatusBadge tone={member.hasNewCa ? 'ok' : 'attention'}>
                  {t(member.hasNewCa ? (isClient ? 'renewed' : 'has') : isClient ? 'former' : 'lacks')}
                </StatusBadge>
              </li>
            ))}
          </ul>
        </>
      )}
      {kind === 'engine' && (
        <Stack gap={8} mt={12} align="flex-start">
          <p className={classes['hint']}>{t('howTo')}</p>
          <TakeCa team={team} />
        </Stack>
      )}
    </Section>
  );
}
