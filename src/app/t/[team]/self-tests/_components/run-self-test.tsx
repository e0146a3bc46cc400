'use client';

import { Button, type ButtonProps, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Notice } from '@/app/_ui/notice';
import { StatusBadge } from '@/app/_ui/status-badge';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../_frame/team-role';

export interface RunSelfTestProps {
  readonly team: string;
  /** Names; none means every machine of the team. */
  readonly machines: readonly string[];
  /** Those among them that enforce by the engine itself: the test restarts them, which is asked about first. */
  readonly engines: readonly string[];
  readonly label: string;
  /** Why it cannot be tested now. */
  readonly reason?: string | undefined;
  /** A test of every one of them is under way. */
  readonly isRunning?: boolean;
  readonly variant?: ButtonProps['variant'];
  readonly onStarted?: () => void;
}

/** Starts self-tests, and says beside itself how many. */
export function RunSelfTest(props: RunSelfTestProps) {
  const { team, machines, engines, label, reason, isRunning = false, variant, onStarted } = props;
  const t = useTranslations('selfTests');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const role = useTeamRole();
  const [isAsking, question] = useDisclosure(false);
  const start = useMutation(
    trpc.selfTests.start.mutationOptions({
      onSuccess: async () => {
        question.close();
        onStarted?.();
        await queries.invalidateQueries({ queryKey: trpc.selfTests.pathKey() });
      },
    }),
  );
  const run = () => start.mutate({ team, machines: [...machines] });
  const whyNot = !roleReaches(role, 'admin')
    ? common('needsRole', { role: 'admin' })
    : isRunning
      ? t('isRunning')
      : reason;
  return (
    <>
      <Group gap={12}>
        <DisabledReason reason={whyNot}>
          <Button
            variant={variant ?? 'default'}
            leftSection={<IconPlayerPlay size={16} stroke={1.8} aria-hidden />}
            loading={start.isPending}
            onClick={engines.length > 0 ? question.open : run}
          >
            {label}
          </Button>
        </DisabledReason>
        <span aria-live="polite">
          {start.isSuccess && !isRunning && (
            <StatusBadge tone="active">{t('started', { count: start.data.jobIds.length })}</StatusBadge>
          )}
        </span>
      </Group>
      {!isAsking && <CallError error={start.error} />}
      <Dialog opened={isAsking} onClose={question.close} title={t('restarts.title')}>
        <Stack gap={16}>
          <Notice tone="attention" title={t('restarts.which', { names: engines.join(', ') })}>
            {t('restarts.hint')}
          </Notice>
          <CallError error={start.error} />
          <DialogFooter onCancel={question.close} isPending={start.isPending}>
            <Button data-autofocus loading={start.isPending} onClick={run}>
              {label}
            </Button>
          </DialogFooter>
        </Stack>
      </Dialog>
    </>
  );
}
