import '@mantine/charts/styles.layer.css';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';

import { type SampleSpan, sampleSpanSchema } from '@/lib/system-sample';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { SystemPanel } from './_components/system-panel';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('system');
  return { title: t('title') };
}

interface SystemPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** The installation as a whole; there is no such page for whoever does not run it. */
export default async function SystemPage({ params, searchParams }: SystemPageProps) {
  const [{ team }, query] = await Promise.all([params, searchParams]);
  const { me } = await requireTeam(team);
  if (!me.isOperator) notFound();
  const span: SampleSpan = sampleSpanSchema.safeParse(query['span']).data ?? 'hour';
  const caller = await getCaller();
  const [system, samples, operators, t] = await Promise.all([
    caller.system.get(),
    caller.system.samples({ span }),
    caller.system.operators(),
    getTranslations('system'),
  ]);
  return (
    <>
      <PageHeader title={t('title')} description={t('description', { version: system.version })} />
      <SystemPanel team={team} span={span} me={me.user} initial={{ system, samples, operators }} />
    </>
  );
}
