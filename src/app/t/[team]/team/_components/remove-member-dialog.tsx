'use client';

import { Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { TextShape } from '@/app/_ui/loading-shape';
import { paths } from '@/lib/paths';
import type { RevocationReason } from '@/lib/revocation';
import { useTRPC } from '@/trpc/client';

import { ReasonSelect } from '../../certificates/_actions/reason-select';
import { WhatWillHappen } from '../../certificates/_actions/what-will-happen';
import type { Member } from './member-types';

export interface RemoveMemberDialogProps {
  readonly team: { readonly slug: string; readonly name: string };
  readonly member: Member;
  readonly onClose: () => void;
}

const commentMax = 500;

/** Takes a member out of the team with everything that lets them in, and leads to the receipt; or leaves the team. */
export function RemoveMemberDialog({ team, member, onClose }: RemoveMemberDialogProps) {
  const t = useTranslations('team.remove');
  const trpc = useTRPC();
  const { id: memberId, name, email, isYou } = member;
  const preview = useQuery(trpc.team.offboardPreview.queryOptions({ team: team.slug, memberId }));
  const [reason, setReason] = useState<RevocationReason>('affiliationChanged');
  const [comment, setComment] = useState('');
  const remove = useRemove({ team: team.slug, isYou, onClose });
  const confirm = () => {
    const said = comment.trim();
    remove.mutate({ team: team.slug, memberId, ...(!isYou && { reason }), ...(said !== '' && { comment: said }) });
  };
  return (
    <ConfirmByName
      isOpen
      onClose={onClose}
      title={isYou ? t('leaveTitle', { team: team.name }) : t('title', { name })}
      name={email}
      losses={[t('losses.access', { name }), t('losses.certificates', { name })]}
      confirmLabel={t(isYou ? 'leaveSubmit' : 'submit')}
      onConfirm={confirm}
      isPending={remove.isPending || remove.isSuccess}
      failure={<CallError error={remove.error} />}
    >
      {preview.data ? (
        <WhatWillHappen isWholeMember preview={consequencesOf(preview.data)} />
      ) : (
        preview.isPending && <TextShape />
      )}
      <CallError error={preview.error} />
      {!isYou && <ReasonSelect value={reason} onChange={setReason} />}
      <Textarea
        label={t('comment')}
        description={t('commentHint')}
        value={comment}
        maxLength={commentMax}
        autosize
        minRows={2}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </ConfirmByName>
  );
}

/** Somebody with another team stays signed in there: then no session is ended, and none is spoken of. */
const consequencesOf = <T extends { sessions: number; sessionsKept: boolean }>({
  sessions,
  sessionsKept,
  ...rest
}: T) => ({
  ...rest,
  ...(!sessionsKept && { sessions }),
});

function useRemove({ team, isYou, onClose }: { team: string; isYou: boolean; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.team.removeMember.mutationOptions({
      onSuccess: async ({ changeId }) => {
        // Who has left sees nothing of the team any more: on to the next one, or to the own account.
        if (isYou) return window.location.assign(paths.home());
        await queryClient.invalidateQueries(trpc.team.members.queryFilter({ team }));
        if (changeId === null) onClose();
        else router.push(paths.accessChange(team, changeId));
      },
    }),
  );
}
