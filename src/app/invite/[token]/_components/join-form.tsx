'use client';

import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { signOut } from 'next-auth/react';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { LinkButton } from '@/app/_ui/link-button';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import type { RouterOutputs } from '@/trpc/client';
import { useTRPC } from '@/trpc/client';

export interface JoinFormProps {
  readonly token: string;
  readonly team: { readonly slug: string; readonly name: string };
  readonly email: string | null;
  readonly me: RouterOutputs['session']['me'];
}

/** Joining with the account that is signed in. */
export function JoinForm({ token, team, email, me }: JoinFormProps) {
  const t = useTranslations('invite');
  const trpc = useTRPC();
  const join = useMutation(
    trpc.invitations.join.mutationOptions({ onSuccess: () => window.location.assign(paths.machines(team.slug)) }),
  );
  const leave = (
    <Button variant="default" fullWidth onClick={() => void signOut({ callbackUrl: paths.invitation(token) })}>
      {t('otherAccount')}
    </Button>
  );
  if (me.teams.some(({ slug }) => slug === team.slug)) {
    return (
      <Stack gap="md">
        <Notice tone="ok" title={t('already')} />
        <LinkButton href={paths.machines(team.slug)} fullWidth>
          {t('open')}
        </LinkButton>
        {leave}
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <Text>{t('joinAs', { name: me.user.name, email: me.user.email })}</Text>
      {email !== null && email !== me.user.email ? (
        <Notice tone="attention">{t('wrongAccount', { email })}</Notice>
      ) : (
        <>
          <CallError error={join.error} />
          <Button fullWidth loading={join.isPending || join.isSuccess} onClick={() => join.mutate({ token })}>
            {t('join', { team: team.name })}
          </Button>
        </>
      )}
      {leave}
    </Stack>
  );
}
