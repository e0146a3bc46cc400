import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { notFound } from 'next/navigation';

import { imageWays } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { Images } from './_components/images';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('images');
  return { title: t('title') };
}

interface ImagesPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function ImagesPage({ params, searchParams }: ImagesPageProps) {
  const { team: slug } = await params;
  const { team } = await requireTeam(slug);
  if (!roleReaches(team.role, 'member')) notFound();
  const { add } = await searchParams;
  const caller = await getCaller();
  const images = await caller.images.list({ team: slug });
  const way = imageWays.find((one) => one === add);
  return <Images team={slug} initial={images} mayManage={roleReaches(team.role, 'admin')} way={way} />;
}
