'use client';

import { Button, Group } from '@mantine/core';
import { IconPlugConnected, IconRefresh, IconTopologyStar3 } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { LinkButton } from '@/app/_ui/link-button';
import { RowMenu } from '@/app/_ui/row-menu';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import type { Role } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { EnterDialog } from '../../../swarms/_components/enter-dialog';
import { machineActionIcons } from '../../_components/machine-action-icons';
import { ActDialog } from './act-dialog';
import { UpgradeDialog } from './upgrade-dialog';
import { type Machine, useMachine } from './use-machine';
import { isPageAction, type PageAction, pageActions, useWhyNot, useWhyNotSwarm } from './use-why-not';

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
  const asked = useSearchParams().get('act');
  // In the address, so that the palette can ask as well.
  const ask = (action?: PageAction | 'swarm') =>
    window.history.replaceState(null, '', `${window.location.pathname}${action ? `?act=${action}` : ''}`);
  const input = { team, machine: machine.name };
  const whyNot = useWhyNot(machine, role);
  const whyNotSwarm = useWhyNotSwarm(machine, role);
  const whyNotRefresh = machineCan.refresh(machine.state) ? undefined : t('notWhile', { state: machine.state });
  return (
    <Group gap={8}>
      <CallError error={refresh.error} />
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
          ...pageActions.map((action) => ({
            key: action,
            label: t(action),
            icon: machineActionIcons[action],
            onSelect: () => ask(action),
            disabledReason: whyNot(action),
          })),
          {
            key: 'swarm',
            label: t('swarm'),
            icon: IconTopologyStar3,
            onSelect: () => ask('swarm'),
            disabledReason: whyNotSwarm,
          },
          {
            key: 'remove',
            label: t('remove'),
            icon: machineActionIcons.remove,
            isDestructive: true,
            onSelect: () => router.push(paths.machine(team, machine.name, 'danger')),
          },
        ]}
      />
      {asked === 'swarm' && whyNotSwarm === undefined && (
        <EnterDialog team={team} machine={machine.name} onClose={() => ask()} />
      )}
      {asked === 'upgrade' && whyNot(asked) === undefined && (
        <UpgradeDialog team={team} machine={machine} onClose={() => ask()} />
      )}
      {isPageAction(asked) && asked !== 'upgrade' && whyNot(asked) === undefined && (
        <ActDialog team={team} machine={machine} action={asked} onClose={() => ask()} />
      )}
    </Group>
  );
}
