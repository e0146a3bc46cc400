import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { ChangePage } from './_components/change-page';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly change: string }>;
}

const load = cache(async (team: string, id: string) => {
  const caller = await getCaller();
  try {
    return await caller.changes.get({ team, id });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, change: id } = await params;
  const [change, t] = await Promise.all([load(team, id), getTranslations('accessChanges')]);
  return { title: `${t(`kind.${change.kind}`)} · ${change.subject}` };
}

export default async function Page({ params }: PageProps) {
  const { team: slug, change } = await params;
  await requireTeam(slug);
  return <ChangePage team={slug} initial={await load(slug, change)} />;
}
