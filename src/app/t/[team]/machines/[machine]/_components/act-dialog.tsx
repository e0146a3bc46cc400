'use client';

import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Machine } from './use-machine';
import type { PageAction } from './use-why-not';

/** Needs nothing but to be confirmed. */
type PlainAction = Exclude<PageAction, 'upgrade'>;

export interface ActDialogProps {
  readonly team: string;
  readonly machine: Pick<Machine, 'name' | 'state'>;
  readonly action: PlainAction;
  readonly onClose: () => void;
}

const isDisturbing = (action: PlainAction): boolean => action === 'stop' || action === 'kill' || action === 'restart';

/** Says what the action does to the machine, and starts its job. */
export function ActDialog({ team, machine, action, onClose }: ActDialogProps) {
  const t = useTranslations('machines.actions');
  const trpc = useTRPC();
  const router = useRouter();
  const act = useMutation(
    trpc.machines.act.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  return (
    <Dialog opened onClose={onClose} title={t('title', { action: t(action), name: machine.name })}>
      <Stack gap="md">
        <Text>{action === 'kill' && machine.state === 'saved' ? t('killsSaved') : t(`does.${action}`)}</Text>
        <CallError error={act.error} />
        <DialogFooter onCancel={onClose} isPending={act.isPending}>
          <Button
            data-autofocus
            loading={act.isPending}
            onClick={() => act.mutate({ team, machine: machine.name, action })}
            {...(isDisturbing(action) && { color: 'red' })}
          >
            {t(action)}
          </Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}
