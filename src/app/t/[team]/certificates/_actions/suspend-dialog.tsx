'use client';

import { Button, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { TextShape } from '@/app/_ui/loading-shape';
import { useTRPC } from '@/trpc/client';

import { useReceipt } from './use-receipt';
import { WhatWillHappen } from './what-will-happen';

export interface SuspendDialogProps {
  readonly team: string;
  readonly ids: readonly string[];
  readonly subject: string;
  /** Suspends, or lets suspended ones in again. */
  readonly act: 'suspend' | 'resume';
  readonly onClose: () => void;
}

/** Holds certificates for a while, or lets them in again, and leads to the receipt. */
export function SuspendDialog({ team, ids, subject, act, onClose }: SuspendDialogProps) {
  const t = useTranslations(`certificates.${act}`);
  const trpc = useTRPC();
  const [comment, setComment] = useState('');
  const preview = useQuery(
    trpc.certificates.revokePreview.queryOptions({ team, ids: [...ids] }, { enabled: act === 'suspend' }),
  );
  const onSuccess = useReceipt(team, onClose);
  const suspend = useMutation(trpc.certificates.suspend.mutationOptions({ onSuccess }));
  const resume = useMutation(trpc.certificates.resume.mutationOptions({ onSuccess }));
  const run = act === 'suspend' ? suspend : resume;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = comment.trim();
    if (act === 'resume') resume.mutate({ team, ids: [...ids] });
    else suspend.mutate({ team, ids: [...ids], ...(said !== '' && { comment: said }) });
  };
  return (
    <Dialog opened onClose={onClose} title={t('title', { subject })} size="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('hint')}</Text>
          {act === 'suspend' && (
            <Textarea
              label={t('comment')}
              value={comment}
              maxLength={500}
              autosize
              minRows={2}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
          )}
          {act === 'suspend' && (preview.data ? <WhatWillHappen preview={preview.data} /> : <TextShape lines={3} />)}
          <CallError error={run.error ?? preview.error} />
          <DialogFooter onCancel={onClose} isPending={run.isPending}>
            <Button type="submit" loading={run.isPending || run.isSuccess}>
              {t('submit')}
            </Button>
          </DialogFooter>
        </Stack>
      </form>
    </Dialog>
  );
}
