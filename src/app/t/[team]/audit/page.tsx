import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';

import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { AuditLog } from './_components/audit-log';
import { ChainBadge } from './_components/chain-badge';
import { eventFilterOf } from './_components/event-filter';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('audit');
  return { title: t('title') };
}

interface AuditPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function AuditPage({ params, searchParams }: AuditPageProps) {
  const [{ team: slug }, { q }] = await Promise.all([params, searchParams]);
  const { team } = await requireTeam(slug);
  if (!roleReaches(team.role, 'admin')) notFound();
  const filter = typeof q === 'string' ? q : '';
  const caller = await getCaller();
  const [firstPage, facets, t] = await Promise.all([
    caller.audit.list({ team: slug, ...eventFilterOf(filter) }),
    caller.audit.facets({ team: slug }),
    getTranslations('audit'),
  ]);
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description', { team: team.name })}
        badge={<ChainBadge team={slug} />}
      />
      <AuditLog team={slug} initial={{ filter, firstPage, facets }} />
    </>
  );
}
