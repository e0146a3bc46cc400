'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { Findings } from './findings';
import { RunSelfTest } from './run-self-test';
import { SelfTestGrid } from './self-test-grid';
import { SelfTestHistory } from './self-test-history';
import type { TestedMachine } from './self-test-view';

const runningRefetchMs = 2000;
const quietRefetchMs = 30_000;

const isTesting = ({ latest }: TestedMachine) => latest?.finishedAt === null;

/** Which machine's history is open stands in the address. */
const useOpenHistory = (team: string) => {
  const machine = useSearchParams().get('machine');
  const open = (name: string | null) =>
    window.history.replaceState(null, '', paths.selfTests(team, { machine: name ?? undefined }));
  return [machine, open] as const;
};

/** Every machine against every attack, live. */
export function SelfTests({ team }: { readonly team: string }) {
  const t = useTranslations('selfTests');
  const trpc = useTRPC();
  const query = useQuery(
    trpc.selfTests.grid.queryOptions(
      { team },
      {
        refetchInterval: ({ state }) => (state.data?.machines.some(isTesting) ? runningRefetchMs : quietRefetchMs),
      },
    ),
  );
  useTeamChange(() => void query.refetch());
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [opened, open] = useOpenHistory(team);
  const machines = query.data?.machines;
  const selected = chosen.filter((name) => machines?.some((machine) => machine.name === name));
  const engines = machines?.flatMap(({ enforcement, name }) => (enforcement === 'engine' ? [name] : [])) ?? [];
  if (machines?.length === 0) return <NoMachines team={team} />;
  return (
    <Stack gap={16}>
      <Group gap={8}>
        {selected.length > 0 ? (
          <>
            <RunSelfTest
              team={team}
              machines={selected}
              engines={engines.filter((name) => selected.includes(name))}
              label={t('runSelected', { count: selected.length })}
              variant="filled"
              onStarted={() => setChosen([])}
            />
            <Button variant="default" onClick={() => setChosen([])}>
              {t('clearSelection')}
            </Button>
          </>
        ) : (
          <RunSelfTest
            team={team}
            machines={[]}
            engines={engines}
            label={t('runAll')}
            variant="filled"
            isRunning={machines?.every(isTesting) ?? false}
          />
        )}
      </Group>
      <CallError error={query.error} />
      {machines && <Findings team={team} machines={machines} />}
      {!(query.error && !machines) && (
        <SelfTestGrid team={team} machines={machines} selected={selected} onSelect={setChosen} onOpen={open} />
      )}
      <Text size="xs" c="dimmed">
        {t('legend')}
      </Text>
      {engines.length > 0 && (
        <Notice tone="off" title={t('engineMode', { count: engines.length })}>
          {t('engineModeHint')}
        </Notice>
      )}
      <SelfTestHistory
        team={team}
        machine={opened}
        isEngine={opened !== null && engines.includes(opened)}
        onClose={() => open(null)}
      />
    </Stack>
  );
}

function NoMachines({ team }: { readonly team: string }) {
  const t = useTranslations('selfTests.empty');
  return (
    <EmptyState icon={IconShieldCheck} title={t('title')} description={t('description')}>
      <LinkButton href={paths.newMachine(team)}>{t('begin')}</LinkButton>
    </EmptyState>
  );
}
