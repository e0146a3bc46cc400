'use client';

import { Button, Checkbox, Paper, Radio, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Notice } from '@/app/_ui/notice';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { useMachine } from '../../_components/use-machine';

type Mode = 'restore' | 'forget';

/** Removing the machine: giving the host back as it was, or only forgetting it. */
export function DangerZone({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('machines.danger');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const router = useRouter();
  const machine = useMachine(team, initial);
  const [isOpen, { open, close }] = useDisclosure(false);
  const [mode, setMode] = useState<Mode>('restore');
  const [removeEngine, setRemoveEngine] = useState(true);
  const [deleteData, setDeleteData] = useState(false);
  const remove = useMutation(
    trpc.machines.remove.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  const whyNot = !roleReaches(role, 'member')
    ? common('needsRole', { role: 'member' })
    : machineCan.remove(machine.state)
      ? undefined
      : t('notWhile', { state: machine.state });
  const resources = useQuery(trpc.resources.list.queryOptions({ team, machine: machine.name }));
  // Until that is known the texts speak of the host, which every machine has.
  const isMadeOutside = resources.data?.whyNothing === null;
  const things = (resources.data?.resources ?? []).map(({ kind, name, providerId }) =>
    t('thing', { kind, name, id: providerId ?? t('noId') }),
  );
  const losses =
    mode === 'forget'
      ? [
          t('losses.record'),
          ...(isMadeOutside ? [] : [t('losses.left')]),
          t('losses.engine'),
          ...things.map((thing) => t('losses.thingLeft', { thing })),
        ]
      : isMadeOutside
        ? [t('losses.access'), ...things.map((thing) => t('losses.thingGone', { thing }))]
        : [t('losses.access'), t('losses.restored'), ...(removeEngine && deleteData ? [t('losses.data')] : [])];
  return (
    <Paper withBorder p={16} component="section" aria-label={t('title')}>
      <Title order={2} size="h4">
        {t('title')}
      </Title>
      <Text size="sm" c="dimmed" mb={16}>
        {t('hint')}
      </Text>
      {machine.swarm && (
        <Notice tone="attention" title={t('inSwarm.title', { swarm: machine.swarm.name })}>
          {t.rich(mode === 'forget' ? 'inSwarm.forgotten' : `inSwarm.${machine.swarm.role ?? 'worker'}`, {
            page: (chunks) => <Link href={paths.swarms(team)}>{chunks}</Link>,
          })}
        </Notice>
      )}
      <Stack gap={16} mt={machine.swarm ? 16 : 0} align="flex-start">
        <Radio.Group
          label={t('how')}
          value={mode}
          onChange={(value) => setMode(value === 'forget' ? 'forget' : 'restore')}
        >
          <Stack gap={8} mt={8}>
            <Radio
              value="restore"
              label={t(isMadeOutside ? 'provider' : 'restore')}
              description={t(isMadeOutside ? 'providerHint' : 'restoreHint')}
            />
            {mode === 'restore' && !isMadeOutside && (
              <Stack gap={8} pl={28}>
                <Checkbox
                  label={t('removeEngine')}
                  description={t('removeEngineHint')}
                  checked={removeEngine}
                  onChange={(event) => setRemoveEngine(event.currentTarget.checked)}
                />
                <Checkbox
                  label={t('deleteData')}
                  description={t('deleteDataHint')}
                  checked={deleteData && removeEngine}
                  disabled={!removeEngine}
                  onChange={(event) => setDeleteData(event.currentTarget.checked)}
                />
              </Stack>
            )}
            <Radio value="forget" label={t('forget')} description={t(isMadeOutside ? 'forgetThings' : 'forgetHint')} />
          </Stack>
        </Radio.Group>
        <DisabledReason reason={whyNot}>
          <Button color="red" disabled={whyNot !== undefined} onClick={open}>
            {t('remove', { name: machine.name })}
          </Button>
        </DisabledReason>
      </Stack>
      <ConfirmByName
        isOpen={isOpen}
        onClose={close}
        title={t('remove', { name: machine.name })}
        name={machine.name}
        losses={losses}
        confirmLabel={t(`confirm.${mode === 'restore' && isMadeOutside ? 'provider' : mode}`)}
        onConfirm={() =>
          remove.mutate({
            team,
            machine: machine.name,
            confirm: machine.name,
            mode,
            removeEngine: mode === 'restore' && !isMadeOutside && removeEngine,
            deleteData: mode === 'restore' && !isMadeOutside && removeEngine && deleteData,
          })
        }
        isPending={remove.isPending}
        failure={<CallError error={remove.error} />}
      />
    </Paper>
  );
}
