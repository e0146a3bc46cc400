import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';

import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { Credentials } from './_components/credentials';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('credentials');
  return { title: t('title') };
}

interface CredentialsPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function CredentialsPage({ params, searchParams }: CredentialsPageProps) {
  const { team: slug } = await params;
  const { team } = await requireTeam(slug);
  if (!roleReaches(team.role, 'member')) notFound();
  const { add } = await searchParams;
  const caller = await getCaller();
  const [credentials, kinds] = await Promise.all([
    caller.credentials.list({ team: slug }),
    caller.credentials.kinds({ team: slug }),
  ]);
  return <Credentials team={slug} initial={credentials} kinds={kinds} isAdding={add === '1'} />;
}
