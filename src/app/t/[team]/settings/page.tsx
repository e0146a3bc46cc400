import { Stack } from '@mantine/core';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { AccountSettings } from '@/app/_account/account-settings';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { AllowedSourcesForm } from './_components/allowed-sources-form';
import { LogRetentionForm } from './_components/log-retention-form';
import { SettingsTabs } from './_components/settings-tabs';
import { TeamFacts } from './_components/team-facts';
import { TeamForm } from './_components/team-form';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('settings');
  return { title: t('title') };
}

interface SettingsPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SettingsPage({ params, searchParams }: SettingsPageProps) {
  const [{ team: slug }, query] = await Promise.all([params, searchParams]);
  const { me } = await requireTeam(slug);
  const tab = query['tab'] === 'account' ? 'account' : 'team';
  const t = await getTranslations('settings');
  return (
    <>
      <PageHeader title={t('title')}>
        <SettingsTabs team={slug} tab={tab} />
      </PageHeader>
      {tab === 'account' ? await accountTab(me) : await teamTab(slug)}
    </>
  );
}

const accountTab = async ({ user }: Awaited<ReturnType<typeof requireTeam>>['me']) => {
  const caller = await getCaller();
  return <AccountSettings user={user} sessions={await caller.session.list()} />;
};

const teamTab = async (slug: string) => {
  const caller = await getCaller();
  const team = await caller.team.get({ team: slug });
  if (!roleReaches(team.role, 'owner')) return <TeamFacts team={team} />;
  return (
    <Stack gap={32}>
      <TeamForm team={team} />
      <AllowedSourcesForm team={team} />
      <LogRetentionForm team={team} />
    </Stack>
  );
};
