import { IconFileOff } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Notice } from '@/app/_ui/notice';
import { ExactTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

/** A log that is gone is never just empty: the page says when it was removed, and what decides about it. */
export function LogRemovedNotice({ team, at }: { readonly team: string; readonly at: Date }) {
  const t = useTranslations('jobs.logRemoved');
  return (
    <Notice tone="off" icon={IconFileOff} title={t('title')}>
      {t.rich('text', {
        time: () => <ExactTime at={at} />,
        settings: (text) => <Link href={paths.settings(team)}>{text}</Link>,
      })}
    </Notice>
  );
}
