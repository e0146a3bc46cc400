'use client';

import { Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';

import type { Rotation } from '../../_authorities/running-rotation';
import { nextAction } from './next-action';

export interface AdvanceTextProps {
  readonly rotation: Rotation;
  /** Whom the step locks out, in a sentence; null where nobody. */
  readonly lockout: string | null;
}

/** What the next step does, and whom it can lock out. */
export function AdvanceText({ rotation, lockout }: AdvanceTextProps) {
  const t = useTranslations('rotation.advance');
  const action = nextAction(rotation);
  const isMove = action === 'canary' || action === 'moveAll';
  return (
    <>
      <Text>
        {isMove
          ? t('does.move', { generation: rotation.next.generation })
          : action && t(`does.${action === 'retire' && rotation.kind === 'client' ? 'retireClient' : action}`)}
      </Text>
      {isMove && rotation.bridged && <Text c="dimmed">{t('bridged')}</Text>}
      {lockout !== null && (
        <Notice tone="attention" title={t('lockedOut')}>
          {lockout}
        </Notice>
      )}
    </>
  );
}

/** What going back undoes. */
export function RollBackText({ rotation }: { readonly rotation: Rotation }) {
  const t = useTranslations('rotation.back');
  const hasMoved = rotation.machines.some(({ moved }) => moved);
  if (rotation.kind === 'client') return <Text>{t('client')}</Text>;
  return <Text>{t(hasMoved || rotation.phase !== 'introduced' ? 'moving' : 'introduced')}</Text>;
}
