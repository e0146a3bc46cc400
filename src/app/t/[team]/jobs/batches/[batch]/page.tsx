import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { kindName } from '../../_components/job-texts';
import { BatchPage } from './_components/batch-page';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly batch: string }>;
}

const loadBatch = cache(async (team: string, batch: string) => {
  const caller = await getCaller();
  try {
    return await caller.batches.get({ team, batch });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, batch } = await params;
  await requireTeam(team);
  const t = await getTranslations('jobs');
  return { title: kindName(t, (await loadBatch(team, batch)).kind) };
}

export default async function Page({ params }: PageProps) {
  const { team, batch } = await params;
  await requireTeam(team);
  return <BatchPage key={batch} team={team} initial={await loadBatch(team, batch)} />;
}
