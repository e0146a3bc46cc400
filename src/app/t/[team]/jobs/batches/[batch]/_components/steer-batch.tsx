'use client';

import { Button, Group } from '@mantine/core';
import { IconBan, IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { roleReaches } from '@/lib/role';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../../../_frame/team-role';

export interface SteerBatchProps {
  readonly team: string;
  readonly batch: RouterOutputs['batches']['get'];
  readonly onSteered: () => void;
}

/** Cancels what has not begun, and retries what failed. */
export function SteerBatch({ team, batch, onSteered }: SteerBatchProps) {
  const t = useTranslations('batches.steer');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const role = useTeamRole();
  const cancel = useMutation(trpc.batches.cancelRest.mutationOptions({ onSuccess: onSteered }));
  const retry = useMutation(trpc.batches.retryFailed.mutationOptions({ onSuccess: onSteered }));
  const { queued, held, failed, cancelled } = batch.counts;
  const input = { team, batch: batch.id };
  const forbidden = roleReaches(role, 'member') ? undefined : common('needsRole', { role: 'member' });
  const whyNotCancel = forbidden ?? (queued + held > 0 ? undefined : t('nothingWaits'));
  const whyNotRetry = forbidden ?? (failed + cancelled > 0 ? undefined : t('nothingFailed'));
  const refused = retry.data?.refused ?? cancel.data?.refused ?? [];
  return (
    <Group gap={8}>
      <CallError error={cancel.error ?? retry.error} />
      {refused.length > 0 && (
        <span role="status">{t('refused', { count: refused.length, reason: refused[0]?.reason ?? '' })}</span>
      )}
      <DisabledReason reason={whyNotCancel}>
        <Button
          variant="default"
          leftSection={<IconBan size={16} aria-hidden />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate(input)}
        >
          {t('cancelRest', { count: queued + held })}
        </Button>
      </DisabledReason>
      <DisabledReason reason={whyNotRetry}>
        <Button
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate(input)}
        >
          {t('retryFailed', { count: failed + cancelled })}
        </Button>
      </DisabledReason>
    </Group>
  );
}
