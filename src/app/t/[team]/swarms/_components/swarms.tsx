'use client';

import { Stack } from '@mantine/core';
import { IconTopologyStar3 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { EmptyState } from '@/app/_ui/empty-state';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { SwarmPanel } from './swarm-panel';
import type { Swarm } from './swarm-row';

export interface SwarmsProps {
  readonly team: string;
  readonly initial: readonly Swarm[];
}

/** The swarms that machines of the team are in, each with its nodes as a manager tells of them. */
export function Swarms({ team, initial }: SwarmsProps) {
  const t = useTranslations('swarms');
  const trpc = useTRPC();
  const { data, refetch } = useQuery(trpc.swarms.list.queryOptions({ team }, { initialData: [...initial] }));
  useTeamChange(() => void refetch());
  if (data.length === 0) {
    return <EmptyState icon={IconTopologyStar3} title={t('empty')} description={t('emptyHint')} />;
  }
  return (
    <Stack gap={24}>
      {data.map((swarm) => (
        <SwarmPanel key={swarm.id} team={team} swarm={swarm} />
      ))}
    </Stack>
  );
}
