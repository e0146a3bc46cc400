'use client';

import { Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { FormShape } from '@/app/_ui/loading-shape';
import { Notice } from '@/app/_ui/notice';
import { StatusBadge } from '@/app/_ui/status-badge';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { useMachine } from '../../_components/use-machine';

/** Who may use the machine's engine: what is wanted, and what the host has confirmed. */
export function MachineAccess({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('machines.access');
  const trpc = useTRPC();
  const router = useRouter();
  const machine = useMachine(team, initial);
  const choices = useQuery(
    trpc.machines.accessChoices.queryOptions({ team }, { enabled: roleReaches(role, 'member') }),
  );
  const [chosen, setChosen] = useState<readonly string[]>();
  const change = useMutation(
    trpc.machines.changeAccess.mutationOptions({
      onSuccess: ({ jobId }) => jobId && router.push(paths.job(team, jobId)),
    }),
  );
  const admitted = machine.admitted.map((member) => member.membershipId);
  const selected = chosen ?? admitted;
  const isChanged = [...selected].sort().join() !== [...admitted].sort().join();
  const whyNot = !roleReaches(role, 'admin')
    ? t('needsAdmin')
    : !machineCan.changeAccess(machine.state)
      ? t('notWhile', { state: machine.state })
      : undefined;
  const people =
    choices.data ??
    machine.admitted.map(({ membershipId, name, email, role: memberRole }) => ({
      membershipId,
      name,
      email,
      role: memberRole,
    }));
  return (
    <Paper withBorder p={16} component="section" aria-label={t('title')}>
      <Title order={2} size="h4">
        {t('title')}
      </Title>
      <Text size="sm" c="dimmed" mb={16}>
        {t('hint')}
      </Text>
      <CallError error={choices.error} />
      {choices.isPending && choices.fetchStatus !== 'idle' ? (
        <FormShape />
      ) : (
        <Stack gap={12}>
          {people.map((person) => {
            const confirmed = machine.admitted.find((member) => member.membershipId === person.membershipId);
            return (
              <Group key={person.membershipId} justify="space-between" wrap="wrap" gap={8}>
                <Checkbox
                  label={person.name}
                  description={person.email}
                  checked={selected.includes(person.membershipId)}
                  disabled={whyNot !== undefined}
                  onChange={(event) => {
                    const { checked } = event.currentTarget;
                    setChosen(
                      checked
                        ? [...selected, person.membershipId]
                        : selected.filter((id) => id !== person.membershipId),
                    );
                  }}
                />
                {confirmed && (
                  <StatusBadge tone={confirmed.confirmedAt ? 'ok' : 'attention'}>
                    {confirmed.confirmedAt ? t('confirmed') : t('pending')}
                  </StatusBadge>
                )}
              </Group>
            );
          })}
        </Stack>
      )}
      {isChanged && (
        <Stack mt={16}>
          <Notice tone="attention" title={t('cost.title')}>
            {t('cost.hint')}
          </Notice>
        </Stack>
      )}
      <CallError error={change.error} />
      <Group mt={16} gap={8}>
        <DisabledReason reason={whyNot ?? (isChanged ? undefined : t('unchanged'))}>
          <Button
            loading={change.isPending}
            disabled={whyNot !== undefined || !isChanged}
            onClick={() => change.mutate({ team, machine: machine.name, membershipIds: [...selected] })}
          >
            {t('apply')}
          </Button>
        </DisabledReason>
        {isChanged && (
          <Button variant="default" onClick={() => setChosen(undefined)}>
            {t('reset')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
