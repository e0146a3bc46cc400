import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { FullPage } from '@/app/_ui/full-page';
import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import { findMe } from '@/trpc/me';
import { getCaller } from '@/trpc/server';

import { InvitationFacts } from './_components/invitation-facts';
import { JoinForm } from './_components/join-form';
import { SignUpForm } from './_components/sign-up-form';

import classes from '@/app/_ui/full-page.module.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('common');
  // The address is a secret: it must not travel in a Referer header, not even to pages of this site.
  return { title: { absolute: t('product') }, referrer: 'no-referrer' };
}

interface InvitationPageProps {
  readonly params: Promise<{ readonly token: string }>;
}

/** What the link offers; null where it offers nothing (any more), or is no link of ours. */
const findOffer = async (token: string) => {
  const caller = await getCaller();
  try {
    return await caller.invitations.describe({ token });
  } catch (error) {
    if (error instanceof TRPCError && error.code !== 'INTERNAL_SERVER_ERROR') return null;
    throw error;
  }
};

export default async function InvitationPage({ params }: InvitationPageProps) {
  const { token } = await params;
  const [offer, me, t, common] = await Promise.all([
    findOffer(token),
    findMe(),
    getTranslations('invite'),
    getTranslations('common'),
  ]);
  if (!offer) {
    return (
      <FullPage product={common('product')}>
        <h1 className={classes['title']}>{t('invalid.title')}</h1>
        <p className={classes['text']}>{t('invalid.description')}</p>
        <p style={{ margin: '0 0 16px' }}>{t('invalid.next')}</p>
        <LinkButton href={paths.home()}>{t(me ? 'invalid.home' : 'invalid.signIn')}</LinkButton>
      </FullPage>
    );
  }
  const { team, invitedBy, email } = offer;
  return (
    <FullPage product={common('product')} width="28rem">
      <h1 className={classes['title']}>{t('title', { team: team.name })}</h1>
      <p className={classes['text']}>
        {invitedBy === null
          ? t('offerUnknown', { team: team.name })
          : t('offer', { inviter: invitedBy, team: team.name })}
      </p>
      <InvitationFacts role={offer.role} expiresAt={offer.expiresAt} />
      {me ? (
        <JoinForm token={token} team={team} email={email} me={me} />
      ) : (
        <SignUpForm token={token} team={team} email={email} />
      )}
    </FullPage>
  );
}
