'use client';

import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { TextShape } from '@/app/_ui/loading-shape';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../../../_live/team-live';
import { RunSelfTest } from '../../../../self-tests/_components/run-self-test';
import { SelfTestRun } from '../../../../self-tests/_components/self-test-run';
import type { Machine } from '../../_components/use-machine';

export interface LastSelfTestProps {
  readonly team: string;
  readonly machine: Machine;
}

/** What the last attack of the console on this machine has shown, and the button for the next one. */
export function LastSelfTest({ team, machine: { name: machine, state, enforcement } }: LastSelfTestProps) {
  const t = useTranslations('machines.access.selfTest');
  const tests = useTranslations('selfTests');
  const access = useTranslations('machines.access');
  const states = useTranslations('machines.state');
  const trpc = useTRPC();
  const query = useQuery(trpc.selfTests.list.queryOptions({ team, machine, limit: 1 }));
  useTeamChange(() => void query.refetch());
  const last = query.data?.[0];
  return (
    <Section title={t('title')} hint={t('hint')}>
      <Stack gap={12}>
        <CallError error={query.error} />
        {query.isPending && <TextShape lines={4} />}
        {query.data && !last && <Text c="dimmed">{t('none')}</Text>}
        {last && <SelfTestRun team={team} test={last} />}
        <Group gap={16}>
          <RunSelfTest
            team={team}
            machines={[machine]}
            engines={enforcement === 'engine' ? [machine] : []}
            label={tests('run')}
            reason={machineCan.selfTest(state) ? undefined : access('notWhile', { state: states(state) })}
            isRunning={last?.finishedAt === null}
          />
          <Link href={paths.selfTests(team, { machine })}>{t('all')}</Link>
        </Group>
      </Stack>
    </Section>
  );
}
