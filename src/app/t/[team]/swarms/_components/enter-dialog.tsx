'use client';

import { Button, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { swarmPorts } from '@/lib/swarm';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { SwarmChoiceField, type SwarmWish } from './swarm-choice-field';

const typingPauseMs = 150;

export interface EnterDialogProps {
  readonly team: string;
  /** Left out: it is chosen here. */
  readonly machine?: string;
  readonly onClose: () => void;
}

/** Takes a machine that is there into a swarm. */
export function EnterDialog(props: EnterDialogProps) {
  const t = useTranslations('swarms.enter');
  const { machine, onClose } = props;
  return (
    <Dialog opened onClose={onClose} title={machine === undefined ? t('open') : t('title', { machine })}>
      <EnterForm {...props} />
    </Dialog>
  );
}

function EnterForm({ team, machine: given, onClose }: EnterDialogProps) {
  const t = useTranslations('swarms.enter');
  const trpc = useTRPC();
  const router = useRouter();
  const [machine, choose] = useState(given ?? '');
  const [wish, setWish] = useState<SwarmWish>({ kind: 'init', name: '' });
  const enter = useMutation(
    trpc.swarms.enter.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  const errors = findClientError(enter.error)?.fieldErrors ?? {};
  const isComplete = machine !== '' && (wish.kind === 'init' ? wish.name !== '' : wish.kind === 'join');
  return (
    <Stack gap="md">
      {given === undefined && <MachineField team={team} value={machine} onChange={choose} />}
      <SwarmChoiceField
        team={team}
        value={wish}
        onChange={setWish}
        mayBeNone={false}
        errorAt={(path) => errors[path]}
        isDisabled={enter.isPending}
      />
      <Text size="sm" c="dimmed">
        {t('ports', { ports: swarmPorts.join(', ') })}
      </Text>
      <CallError error={enter.error} />
      <DialogFooter onCancel={onClose} isPending={enter.isPending}>
        <DisabledReason reason={isComplete ? undefined : t('incomplete')}>
          <Button
            loading={enter.isPending}
            onClick={() => {
              if (wish.kind !== 'none') enter.mutate({ team, machine, swarm: wish });
            }}
          >
            {t('start')}
          </Button>
        </DisabledReason>
      </DialogFooter>
    </Stack>
  );
}

interface MachineFieldProps {
  readonly team: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function MachineField({ team, value, onChange }: MachineFieldProps) {
  const t = useTranslations('swarms.enter');
  const trpc = useTRPC();
  const [typed, type] = useState('');
  const [q] = useDebouncedValue(typed, typingPauseMs);
  const { data = [] } = useQuery(
    trpc.machines.search.queryOptions({ team, q, limit: 50 }, { placeholderData: keepPreviousData }),
  );
  const names = data.filter(({ state }) => machineCan.swarm(state)).map(({ name }) => name);
  return (
    <Select
      label={t('machine')}
      description={t('machineHint')}
      data={value === '' || names.includes(value) ? names : [value, ...names]}
      value={value === '' ? null : value}
      onChange={(name) => onChange(name ?? '')}
      searchValue={typed}
      onSearchChange={type}
      searchable
      nothingFoundMessage={t('noMachine')}
    />
  );
}
