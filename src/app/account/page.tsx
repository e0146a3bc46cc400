import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { redirect } from 'next/navigation';

import { AccountSettings } from '@/app/_account/account-settings';
import { SignOutButton } from '@/app/_account/sign-out-button';
import { FullPage } from '@/app/_ui/full-page';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { requireMe } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings.tabs');
  return { title: t('account') };
}

/** The own account: a tab of the settings, or a page of its own for whoever is in no team. */
export default async function AccountPage() {
  const me = await requireMe();
  const team = me.teams[0];
  if (team) redirect(`${paths.settings(team.slug)}?tab=account`);
  const caller = await getCaller();
  const [sessions, t, common] = await Promise.all([
    caller.session.list(),
    getTranslations('settings.account'),
    getTranslations('common'),
  ]);
  return (
    <FullPage product={common('product')} width="46rem">
      <div style={{ display: 'grid', gap: 24 }}>
        <Notice tone="attention">{t('noTeam')}</Notice>
        <AccountSettings user={me.user} sessions={sessions} />
        <SignOutButton />
      </div>
    </FullPage>
  );
}
