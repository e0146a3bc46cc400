'use client';

import { Button, Stack, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { TextShape } from '@/app/_ui/loading-shape';
import type { RevocationReason } from '@/lib/revocation';
import { useTRPC } from '@/trpc/client';

import { ReasonChoice } from './reason-choice';
import { useReceipt } from './use-receipt';
import { WhatWillHappen } from './what-will-happen';

const commentMax = 500;

export interface RevokeDialogProps {
  readonly team: string;
  readonly ids: readonly string[];
  /** Whose they are, for the title: "ana@example.org · laptop", "3 certificates". */
  readonly subject: string;
  readonly reason?: RevocationReason;
  readonly onClose: () => void;
}

/** Asks why, says what it changes where, revokes, and leads to the receipt. */
export function RevokeDialog({ subject, onClose, ...props }: RevokeDialogProps) {
  const t = useTranslations('certificates.revoke');
  return (
    <Dialog opened onClose={onClose} title={t('title', { subject })} size="lg">
      <RevokeForm {...props} onClose={onClose} />
    </Dialog>
  );
}

function RevokeForm({ team, ids, reason: suggested, onClose }: Omit<RevokeDialogProps, 'subject'>) {
  const t = useTranslations('certificates.revoke');
  const trpc = useTRPC();
  const [reason, setReason] = useState<RevocationReason>(suggested ?? 'unspecified');
  const [comment, setComment] = useState('');
  const preview = useQuery(trpc.certificates.revokePreview.queryOptions({ team, ids: [...ids] }));
  const onSuccess = useReceipt(team, onClose);
  const revoke = useMutation(trpc.certificates.revoke.mutationOptions({ onSuccess }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = comment.trim();
    revoke.mutate({ team, ids: [...ids], reason, ...(said !== '' && { comment: said }) });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <ReasonChoice value={reason} onChange={setReason} />
        <Textarea
          label={t('comment')}
          description={t('commentHint')}
          value={comment}
          maxLength={commentMax}
          autosize
          minRows={2}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {preview.data ? <WhatWillHappen preview={preview.data} /> : preview.isPending && <TextShape lines={3} />}
        <CallError error={revoke.error ?? preview.error} />
        <DialogFooter onCancel={onClose} isPending={revoke.isPending}>
          <DisabledReason reason={preview.isPending ? t('looking') : undefined}>
            {/* It stays pressed until the receipt is there. */}
            <Button type="submit" color="red" loading={revoke.isPending || revoke.isSuccess}>
              {t('submit', { count: ids.length })}
            </Button>
          </DisabledReason>
        </DialogFooter>
      </Stack>
    </form>
  );
}
