import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { InviteButton } from './_components/invite-button';
import { InviteDialog } from './_components/invite-dialog';
import { Members } from './_components/members';
import { OpenInvitations } from './_components/open-invitations';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('team');
  return { title: t('title') };
}

interface TeamPageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export default async function TeamPage({ params }: TeamPageProps) {
  const { team: slug } = await params;
  const { team } = await requireTeam(slug);
  const mayInvite = roleReaches(team.role, 'admin');
  const caller = await getCaller();
  const [members, invitations, t] = await Promise.all([
    caller.team.members({ team: slug }),
    mayInvite ? caller.invitations.list({ team: slug }) : null,
    getTranslations('team'),
  ]);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description', { team: team.name })}
        actions={<InviteButton team={slug} mayInvite={mayInvite} />}
      />
      <Members team={team} initial={members} />
      {invitations && <OpenInvitations team={slug} initial={invitations} />}
      {mayInvite && <InviteDialog team={team} />}
    </>
  );
}
