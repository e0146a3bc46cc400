'use client';

import { IconArrowRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { CopyLine } from '@/app/_ui/copy';
import { RelativeTime } from '@/app/_ui/relative-time';

import type { Rotation } from '../../_authorities/running-rotation';

import classes from './rotation.module.css';

const shownFingerprint = 32;

/** The former CA and the one that takes its place. */
export function AuthorityPair({ rotation }: { readonly rotation: Rotation }) {
  return (
    <div className={classes['pair']}>
      <One place="former" authority={rotation.former} />
      <IconArrowRight className={classes['arrow']} size={20} stroke={1.6} aria-hidden />
      <One place="next" authority={rotation.next} />
    </div>
  );
}

function One({ place, authority }: { readonly place: 'former' | 'next'; readonly authority: Rotation['former'] }) {
  const t = useTranslations('rotation');
  return (
    <div className={classes['authority']}>
      <strong>{t(place)}</strong>
      <span>
        {t('generation', { generation: authority.generation })}, {t('validUntil')}{' '}
        <RelativeTime at={authority.notAfter} />
      </span>
      <CopyLine value={authority.fingerprint} name={t(place)}>
        {authority.fingerprint.slice(0, shownFingerprint)}…
      </CopyLine>
    </div>
  );
}
