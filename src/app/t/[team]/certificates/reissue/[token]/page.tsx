import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../../../_frame/page-header';
import { ReissueForm } from './_components/reissue-form';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly token: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('reissue');
  // The address is a secret: it must not travel in a Referer header, not even to pages of this site.
  return { title: t('titleUnknown'), referrer: 'no-referrer' };
}

/** What the link offers, or in a sentence why it offers nothing (any more) to this member. */
const findOffer = async (team: string, token: string) => {
  const caller = await getCaller();
  try {
    return { offer: await caller.certificates.reissue.describeLink({ team, token }), whyNot: null };
  } catch (error) {
    if (error instanceof TRPCError && error.code !== 'INTERNAL_SERVER_ERROR') {
      return { offer: null, whyNot: error.code === 'BAD_REQUEST' ? null : error.message };
    }
    throw error;
  }
};

export default async function Page({ params }: PageProps) {
  const { team: slug, token } = await params;
  await requireTeam(slug);
  const [{ offer, whyNot }, t] = await Promise.all([findOffer(slug, token), getTranslations('reissue')]);
  if (!offer) {
    return (
      <EmptyState isPage title={t('invalid.title')} description={whyNot ?? t('invalid.description')}>
        <LinkButton href={paths.certificates(slug)}>{t('devices')}</LinkButton>
      </EmptyState>
    );
  }
  const caller = await getCaller();
  return (
    <>
      <PageHeader title={t('title', { device: offer.deviceName })} />
      <ReissueForm team={slug} token={token} offer={offer} engines={await caller.machines.ownEngines({ team: slug })} />
    </>
  );
}
