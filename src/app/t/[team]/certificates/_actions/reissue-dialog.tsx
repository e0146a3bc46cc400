'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { CodeBlock } from '@/app/_ui/code-block';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { useTRPC } from '@/trpc/client';

export interface ReissueDialogProps {
  readonly team: string;
  readonly certificateId: string;
  readonly subject: string;
  readonly onClose: () => void;
}

/** Makes a link by which the member makes a new key for the device, and shows it, once. */
export function ReissueDialog({ team, certificateId, subject, onClose }: ReissueDialogProps) {
  const t = useTranslations('certificates.reissue');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.certificates.reissue.createLink.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.certificates.reissue.links.queryFilter({ team })),
    }),
  );
  return (
    <Dialog opened onClose={onClose} title={t('title', { subject })} size="lg">
      {create.data ? (
        <Stack gap="md">
          <Notice tone="attention" role="status" title={t('once')}>
            {t('ends')} <RelativeTime at={create.data.expiresAt} />. {t('onceHint')}
          </Notice>
          <CodeBlock label={t('link')} code={addressOf(create.data.url)} />
          <Text size="sm">{t('send')}</Text>
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('done')}</Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <Text size="sm">{t('hint')}</Text>
          <CallError error={create.error} />
          <DialogFooter onCancel={onClose} isPending={create.isPending}>
            <Button loading={create.isPending} onClick={() => create.mutate({ team, certificateId })}>
              {t('submit')}
            </Button>
          </DialogFooter>
        </Stack>
      )}
    </Dialog>
  );
}

/** The address that this browser uses reaches the console for sure; a setting may not. */
const addressOf = (url: string) => new URL(new URL(url, window.location.origin).pathname, window.location.origin).href;
