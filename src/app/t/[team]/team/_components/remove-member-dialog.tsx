'use client';

import { Anchor } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { Member, Removal } from './member-types';

export interface RemoveMemberDialogProps {
  readonly team: { readonly slug: string; readonly name: string };
  readonly member: Member;
  readonly onClose: () => void;
  readonly onRemoved: (removal: Removal) => void;
}

/** Takes a member out of the team, or leaves it. */
export function RemoveMemberDialog({ team, member, onClose, onRemoved }: RemoveMemberDialogProps) {
  const t = useTranslations('team.remove');
  const errors = useTranslations('account.errors');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.team.removeMember.mutationOptions({
      onSuccess: async (removal) => {
        // Who has left sees nothing of the team any more: on to the next one, or to the own account.
        if (member.isYou) return window.location.assign(paths.home());
        await queryClient.invalidateQueries(trpc.team.members.queryFilter({ team: team.slug }));
        onRemoved(removal);
        onClose();
      },
    }),
  );
  const { name, email, isYou } = member;
  const error =
    remove.error &&
    (findClientError(remove.error) ?? { code: errors('unreachable'), public: errors('unreachableHint') });
  return (
    <ConfirmByName
      isOpen
      onClose={onClose}
      title={isYou ? t('leaveTitle', { team: team.name }) : t('title', { name })}
      name={email}
      losses={[t('losses.access', { name }), t('losses.certificates', { name }), t('losses.machines', { name })]}
      confirmLabel={t(isYou ? 'leaveSubmit' : 'submit')}
      onConfirm={() => remove.mutate({ team: team.slug, memberId: member.id })}
      isPending={remove.isPending}
      error={error ?? undefined}
    />
  );
}

export interface RemovalReceiptProps {
  readonly team: string;
  readonly member: Member;
  readonly removal: Removal;
}

/** What a removal has set in motion. */
export function RemovalReceipt({ team, member, removal }: RemovalReceiptProps) {
  const t = useTranslations('team.remove');
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice tone="ok" title={t('done', { name: member.name })}>
        {t('doneMachines', { count: removal.jobs.length })}{' '}
        {removal.jobs.map((job, index) => (
          <span key={job.id}>
            {index > 0 && ', '}
            <Anchor component={Link} href={paths.job(team, job.id)} className="qm-mono" inherit underline="always">
              {job.machine}
            </Anchor>
          </span>
        ))}
      </Notice>
    </div>
  );
}
