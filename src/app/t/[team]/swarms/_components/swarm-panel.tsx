'use client';

import { Button, Group, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { MachineLink } from '@/app/_ui/machine-link';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { isLastManager } from './last-manager';
import { LeaveDialog } from './leave-dialog';
import { type SwarmNode, useNodeColumns } from './node-columns';
import { NodeMenu } from './node-menu';
import type { Swarm } from './swarm-row';

/** A swarm changes also without the console: it is asked again so often while its page is open. */
const everyMs = 10_000;

/** One swarm: its nodes now, and what can be done with each. */
export function SwarmPanel({ team, swarm }: { readonly team: string; readonly swarm: Swarm }) {
  const t = useTranslations('swarms');
  const trpc = useTRPC();
  const [leaving, leave] = useState<string | null>(null);
  const place = { team, swarm: swarm.id };
  const nodes = useQuery(trpc.swarms.nodes.queryOptions(place, { retry: false, refetchInterval: everyMs }));
  const refresh = () => void nodes.refetch();
  useTeamChange(refresh);
  const change = useMutation(trpc.swarms.changeNode.mutationOptions({ onSettled: refresh }));
  const remove = useMutation(trpc.swarms.removeNode.mutationOptions({ onSettled: refresh }));
  const columns = useNodeColumns(team);
  const managers = nodes.data?.filter(({ role }) => role === 'manager') ?? [];
  return (
    <section aria-label={swarm.name}>
      <Group justify="space-between" mb={8} gap={8}>
        <Group gap={12}>
          <Title order={2} size="h4" className="qm-mono">
            {swarm.name}
          </Title>
          {nodes.data && (
            <Text size="sm" c="dimmed">
              {t('counts', { nodes: nodes.data.length, managers: managers.length })}
            </Text>
          )}
        </Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={nodes.isFetching && nodes.data !== undefined}
          onClick={refresh}
        >
          {t('refresh')}
        </Button>
      </Group>
      <CallError error={change.error ?? remove.error ?? nodes.error} />
      {nodes.error && (
        <Text size="sm" mb={8}>
          {t('known')}{' '}
          {swarm.machines.map(({ name }, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <MachineLink team={team} name={name} />
            </span>
          ))}
        </Text>
      )}
      {(nodes.data ?? !nodes.error) && (
        <DataTable<SwarmNode>
          label={t('nodesOf', { name: swarm.name })}
          columns={columns}
          rows={nodes.data}
          rowId={({ id }) => id}
          expectedRows={swarm.machines.length}
          rowActions={(node) => (
            <NodeMenu
              node={node}
              isOnlyManager={node.role === 'manager' && managers.length === 1}
              isBusy={change.isPending || remove.isPending}
              onChange={(to) => change.mutate({ ...place, nodeId: node.id, ...to })}
              onLeave={() => leave(node.machine?.name ?? null)}
              onRemove={() => remove.mutate({ ...place, nodeId: node.id })}
            />
          )}
        />
      )}
      {leaving !== null && (
        <LeaveDialog
          team={team}
          swarm={swarm}
          machine={leaving}
          isLast={isLastManager(nodes.data ?? [], leaving)}
          onClose={() => leave(null)}
        />
      )}
    </section>
  );
}
