import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';

import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { certificateName } from '../_data/certificate-name';
import { CertificatePage } from './_components/certificate-page';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly certificate: string }>;
}

const load = cache(async (team: string, id: string) => {
  const caller = await getCaller();
  try {
    return await caller.certificates.get({ team, id });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST')) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { team, certificate } = await params;
  return { title: certificateName(await load(team, certificate)) };
}

export default async function Page({ params }: PageProps) {
  const { team: slug, certificate: id } = await params;
  const { team } = await requireTeam(slug);
  const caller = await getCaller();
  const [certificate, engines] = await Promise.all([load(slug, id), caller.machines.ownEngines({ team: slug })]);
  return <CertificatePage team={slug} role={team.role} initial={certificate} engines={engines} />;
}
