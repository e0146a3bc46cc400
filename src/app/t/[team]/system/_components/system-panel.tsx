'use client';

import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import type { SampleSpan } from '@/lib/system-sample';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { BackupCard } from './backup-card';
import { ChartGrid } from './chart-grid';
import { MasterKeyCard } from './master-key-card';
import { OperatorsCard } from './operators-card';
import { QueueCard } from './queue-card';
import { ReplicasCard } from './replicas-card';

interface SystemPanelProps {
  readonly team: string;
  readonly span: SampleSpan;
  readonly me: { readonly id: string; readonly name: string; readonly email: string };
  readonly initial: {
    readonly system: RouterOutputs['system']['get'];
    readonly samples: RouterOutputs['system']['samples'];
    readonly operators: RouterOutputs['system']['operators'];
  };
}

const refetchMs = 15_000;

/** Everything about the installation, read again every 15 s while somebody looks. */
export function SystemPanel({ team, span, me, initial }: SystemPanelProps) {
  const trpc = useTRPC();
  const live = { refetchInterval: refetchMs };
  const { data: system } = useQuery(trpc.system.get.queryOptions(undefined, { initialData: initial.system, ...live }));
  const { data: samples } = useQuery(
    trpc.system.samples.queryOptions({ span }, { initialData: initial.samples, ...live }),
  );
  return (
    <Stack gap="md">
      <ReplicasCard replicas={system.replicas} />
      <ChartGrid team={team} span={span} samples={samples} replicas={system.replicas} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <QueueCard queue={system.queue} database={system.database} />
        <MasterKeyCard masterKey={system.masterKey} />
        <BackupCard lastBackup={system.lastBackup} />
        <OperatorsCard initial={initial.operators} me={me} />
      </SimpleGrid>
    </Stack>
  );
}
