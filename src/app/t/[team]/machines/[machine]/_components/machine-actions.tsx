'use client';

import { Button, Group } from '@mantine/core';
import { IconPlugConnected, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { LinkButton } from '@/app/_ui/link-button';
import { RowMenu } from '@/app/_ui/row-menu';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { type Role, roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { type Machine, useMachine } from './use-machine';

interface MachineActionsProps {
  readonly team: string;
  readonly initial: Machine;
  readonly role: Role;
}

/** What can be done to the machine from any of its pages. */
export function MachineActions({ team, initial, role }: MachineActionsProps) {
  const t = useTranslations('machines.actions');
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const machine = useMachine(team, initial);
  const refresh = useMutation(
    trpc.machines.refresh.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.machines.pathKey() }),
    }),
  );
  const restart = useMutation(
    trpc.machines.restart.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  const input = { team, machine: machine.name };
  const operates = roleReaches(role, 'member');
  const whyNotRefresh = machineCan.refresh(machine.state) ? undefined : t('notWhile', { state: machine.state });
  const whyNotRestart = !operates
    ? t('needsMember')
    : (machine.verbs.restart.why ??
      (machineCan.restart(machine.state) ? undefined : t('notWhile', { state: machine.state })));
  return (
    <Group gap={8}>
      <CallError error={refresh.error ?? restart.error} />
      <DisabledReason reason={whyNotRefresh}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={refresh.isPending}
          disabled={whyNotRefresh !== undefined}
          onClick={() => refresh.mutate(input)}
        >
          {t('refresh')}
        </Button>
      </DisabledReason>
      <LinkButton
        href={paths.machine(team, machine.name, 'connect')}
        leftSection={<IconPlugConnected size={16} aria-hidden />}
      >
        {t('connect')}
      </LinkButton>
      <RowMenu
        name={machine.name}
        actions={[
          {
            key: 'restart',
            label: t('restart'),
            onSelect: () => restart.mutate(input),
            ...(whyNotRestart !== undefined && { disabledReason: whyNotRestart }),
          },
          {
            key: 'remove',
            label: t('remove'),
            isDestructive: true,
            onSelect: () => router.push(paths.machine(team, machine.name, 'danger')),
          },
        ]}
      />
    </Group>
  );
}
