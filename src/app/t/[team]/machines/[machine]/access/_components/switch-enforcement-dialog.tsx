'use client';

import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { MachineAdmission } from './use-admission';

export interface SwitchEnforcementDialogProps {
  readonly team: string;
  readonly machine: string;
  readonly canSwitch: MachineAdmission['canSwitch'];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Says what the switch will disturb, starts it, and leads to its job. */
export function SwitchEnforcementDialog({ team, machine, canSwitch, isOpen, onClose }: SwitchEnforcementDialogProps) {
  const t = useTranslations('machines.access.enforcement');
  const trpc = useTRPC();
  const router = useRouter();
  const { to } = canSwitch;
  const change = useMutation(
    trpc.machines.setEnforcement.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('dialogTitle', { name: machine, to })}>
      <Stack gap={16}>
        <Text>{t(`${to}Means`)}</Text>
        <Notice tone="attention" title={t('disturbs')}>
          {canSwitch.disturbs.length === 0 ? (
            t('nothing')
          ) : (
            <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>
              {canSwitch.disturbs.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </Notice>
        <Text c="dimmed">{t('leads')}</Text>
        <CallError error={change.error} />
        <DialogFooter onCancel={onClose} isPending={change.isPending}>
          <Button
            data-autofocus
            loading={change.isPending || change.isSuccess}
            onClick={() => change.mutate({ team, machine, enforcement: to })}
          >
            {t('switchTo', { to })}
          </Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}
