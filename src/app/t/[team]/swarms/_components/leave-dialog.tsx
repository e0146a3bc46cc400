'use client';

import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { wantsName } from './last-manager';
import type { Swarm } from './swarm-row';

export interface LeaveDialogProps {
  readonly team: string;
  readonly swarm: Swarm;
  /** Name of the machine that goes. */
  readonly machine: string;
  /** Without it the swarm ends, as far as the page knows; the console asks its engine. */
  readonly isLast: boolean;
  readonly onClose: () => void;
}

/** Asks before a machine leaves its swarm; with the last manager the swarm ends, which has to be typed. */
export function LeaveDialog({ team, swarm, machine, isLast, onClose }: LeaveDialogProps) {
  const t = useTranslations('swarms.leave');
  const trpc = useTRPC();
  const router = useRouter();
  const [hasToType, askForName] = useState(isLast);
  const leave = useMutation(
    trpc.swarms.leave.mutationOptions({
      onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)),
      onError: (error) => {
        if (wantsName(error)) askForName(true);
      },
    }),
  );
  const title = t('title', { machine, swarm: swarm.name });
  if (hasToType) {
    return (
      <ConfirmByName
        isOpen
        onClose={onClose}
        title={title}
        name={swarm.name}
        losses={[t('lastManager', { machine }), t('services')]}
        confirmLabel={t('end')}
        onConfirm={() => leave.mutate({ team, machine, confirm: swarm.name })}
        isPending={leave.isPending}
        failure={<CallError error={leave.error} fields={['confirm']} />}
      />
    );
  }
  return (
    <Dialog opened onClose={onClose} title={title}>
      <Stack gap="md">
        <Text>{t('does')}</Text>
        <CallError error={leave.error} />
        <DialogFooter onCancel={onClose} isPending={leave.isPending}>
          <Button data-autofocus color="red" loading={leave.isPending} onClick={() => leave.mutate({ team, machine })}>
            {t('leave')}
          </Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}
