'use client';

import { Button, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { TextShape } from '@/app/_ui/loading-shape';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { WhatWillHappen } from '../../certificates/_actions/what-will-happen';
import type { Member } from './member-types';

export interface SuspendMemberDialogProps {
  readonly team: string;
  readonly member: Member;
  readonly onClose: () => void;
}

/** Keeps a member out for a while, and leads to the receipt. */
export function SuspendMemberDialog({ team, member, onClose }: SuspendMemberDialogProps) {
  const t = useTranslations('team.suspend');
  const trpc = useTRPC();
  const [comment, setComment] = useState('');
  const preview = useQuery(trpc.certificates.revokePreview.queryOptions({ team, membershipId: member.id }));
  const onSuccess = useMembersReceipt(team, onClose);
  const suspend = useMutation(trpc.team.suspendMember.mutationOptions({ onSuccess }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = comment.trim();
    suspend.mutate({ team, memberId: member.id, ...(said !== '' && { comment: said }) });
  };
  return (
    <Dialog opened onClose={onClose} title={t('title', { name: member.name })} size="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('hint', { name: member.name })}</Text>
          <Textarea
            label={t('comment')}
            value={comment}
            maxLength={500}
            autosize
            minRows={2}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {preview.data ? <WhatWillHappen isWholeMember preview={preview.data} /> : preview.isPending && <TextShape />}
          <CallError error={suspend.error ?? preview.error} />
          <Buttons label={t('submit')} isPending={suspend.isPending || suspend.isSuccess} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  );
}

/** Lets a suspended member in again, and leads to the receipt. */
export function ResumeMemberDialog({ team, member, onClose }: SuspendMemberDialogProps) {
  const t = useTranslations('team.resume');
  const trpc = useTRPC();
  const onSuccess = useMembersReceipt(team, onClose);
  const resume = useMutation(trpc.team.resumeMember.mutationOptions({ onSuccess }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    resume.mutate({ team, memberId: member.id });
  };
  return (
    <Dialog opened onClose={onClose} title={t('title', { name: member.name })}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('hint', { name: member.name })}</Text>
          <CallError error={resume.error} />
          <Buttons label={t('submit')} isPending={resume.isPending || resume.isSuccess} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  );
}

interface ButtonsProps {
  readonly label: string;
  readonly isPending: boolean;
  readonly onClose: () => void;
}

function Buttons({ label, isPending, onClose }: ButtonsProps) {
  return (
    <DialogFooter onCancel={onClose} isPending={isPending}>
      <Button type="submit" loading={isPending}>
        {label}
      </Button>
    </DialogFooter>
  );
}

function useMembersReceipt(team: string, onClose: () => void) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  return async ({ changeId }: { readonly changeId: string | null }) => {
    await queryClient.invalidateQueries(trpc.team.members.queryFilter({ team }));
    if (changeId === null) onClose();
    else router.push(paths.accessChange(team, changeId));
  };
}
