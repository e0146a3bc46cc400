import { IconCompass } from '@tabler/icons-react';
import { getTranslations } from 'next-intl/server';

import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';

/** Nothing of that name in this team: what was asked for is gone, or is another team's. */
export default async function NotFoundInTeam() {
  const t = await getTranslations('errors.notFound');
  return (
    <EmptyState icon={IconCompass} title={t('title')} description={t('description')} isPage>
      <LinkButton href={paths.home()}>{t('home')}</LinkButton>
    </EmptyState>
  );
}
