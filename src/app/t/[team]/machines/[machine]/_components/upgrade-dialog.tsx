'use client';

import { Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Mono } from '@/app/_ui/mono';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Machine } from './use-machine';

interface UpgradeDialogProps {
  readonly team: string;
  readonly machine: Machine;
  readonly onClose: () => void;
}

/** Asks the host which engines it could get, and starts the job that changes to one. */
export function UpgradeDialog({ team, machine, onClose }: UpgradeDialogProps) {
  const t = useTranslations('machines.upgrade');
  return (
    <Dialog opened onClose={onClose} title={t('title', { name: machine.name })}>
      <UpgradeForm team={team} machine={machine} onClose={onClose} />
    </Dialog>
  );
}

function UpgradeForm({ team, machine, onClose }: UpgradeDialogProps) {
  const t = useTranslations('machines.upgrade');
  const trpc = useTRPC();
  const router = useRouter();
  const [isFresh, setFresh] = useState(false);
  const [chosen, choose] = useState<string | null>(null);
  const input = { team, machine: machine.name };
  const offer = useQuery(
    trpc.machines.engineVersions.queryOptions({ ...input, isFresh }, { retry: false, gcTime: 0, staleTime: Infinity }),
  );
  const start = useMutation(
    trpc.machines.act.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  const { packageName, installed, versions = [] } = offer.data ?? {};
  const version = chosen ?? versions[0] ?? null;
  const isNewest = version === versions[0];
  const whyNot = version === null ? t('nothing') : version === installed ? t('installedAlready') : undefined;
  return (
    <Stack gap="md">
      <Text>{t('does')}</Text>
      {offer.isFetching && (
        <Group gap={8} role="status">
          <Loader size="xs" />
          <Text size="sm">{t(isFresh ? 'readingLists' : 'asking')}</Text>
        </Group>
      )}
      <CallError error={start.error ?? offer.error} />
      {offer.data && (
        <>
          <Text size="sm">
            {t.rich('installed', { package: () => <Mono>{`${packageName ?? ''} ${installed ?? ''}`}</Mono> })}
          </Text>
          <Select
            label={t('version')}
            description={t('versionHint')}
            data={versions.map((value, index) => ({
              value,
              label: t(value === installed ? 'labelInstalled' : index === 0 ? 'labelNewest' : 'label', {
                version: value,
              }),
            }))}
            value={version}
            onChange={choose}
            allowDeselect={false}
            searchable
            disabled={versions.length === 0}
          />
          <Group>
            <Button variant="default" size="xs" disabled={offer.isFetching} onClick={() => setFresh(true)}>
              {t('readLists')}
            </Button>
          </Group>
        </>
      )}
      <DialogFooter onCancel={onClose} isPending={start.isPending}>
        <DisabledReason reason={offer.data ? whyNot : undefined}>
          <Button
            data-autofocus
            loading={start.isPending}
            disabled={!offer.data || whyNot !== undefined}
            onClick={() =>
              start.mutate({ ...input, action: 'upgrade', ...(!isNewest && version !== null && { version }) })
            }
          >
            {t('start')}
          </Button>
        </DisabledReason>
      </DialogFooter>
    </Stack>
  );
}
