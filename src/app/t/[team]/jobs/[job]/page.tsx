import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { jobTitle } from '../_components/job-texts';
import { JobPage } from './_components/job-page';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly job: string }>;
}

/** The job of the address; not found where there is none, or where the address holds no id at all. */
const loadJob = cache(async (team: string, job: string) => {
  const caller = await getCaller();
  try {
    return await caller.jobs.get({ team, job });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, job } = await params;
  await requireTeam(team);
  const t = await getTranslations('jobs');
  return { title: jobTitle(t, (await loadJob(team, job)).job) };
}

export default async function Page({ params }: PageProps) {
  const { team, job } = await params;
  await requireTeam(team);
  return <JobPage key={job} team={team} initial={await loadJob(team, job)} />;
}
