'use client';

import { Drawer, Stack } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { EmptyState } from '@/app/_ui/empty-state';
import { TextShape } from '@/app/_ui/loading-shape';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { RunSelfTest } from './run-self-test';
import { SelfTestRun } from './self-test-run';

import classes from './self-tests.module.css';

const shownTests = 20;

export interface SelfTestHistoryProps {
  readonly team: string;
  /** The machine's name; null keeps the drawer closed. */
  readonly machine: string | null;
  /** It enforces by the engine itself. */
  readonly isEngine: boolean;
  readonly onClose: () => void;
}

/** The tests of one machine, newest first, with everything that was seen. */
export function SelfTestHistory({ team, machine, isEngine, onClose }: SelfTestHistoryProps) {
  const t = useTranslations('selfTests');
  return (
    <Drawer
      opened={machine !== null}
      onClose={onClose}
      position="right"
      size={640}
      title={machine !== null && t('historyOf', { name: machine })}
    >
      {machine !== null && <Tests key={machine} team={team} machine={machine} isEngine={isEngine} />}
    </Drawer>
  );
}

interface TestsProps {
  readonly team: string;
  readonly machine: string;
  readonly isEngine: boolean;
}

function Tests({ team, machine, isEngine }: TestsProps) {
  const t = useTranslations('selfTests');
  const trpc = useTRPC();
  const query = useQuery(trpc.selfTests.list.queryOptions({ team, machine, limit: shownTests }));
  useTeamChange(() => void query.refetch());
  return (
    <Stack gap={16}>
      <RunSelfTest
        team={team}
        machines={[machine]}
        engines={isEngine ? [machine] : []}
        label={t('run')}
        isRunning={query.data?.[0]?.finishedAt === null}
      />
      <CallError error={query.error} />
      {query.isPending && <TextShape lines={8} />}
      {query.data?.length === 0 && <EmptyState icon={IconShieldCheck} title={t('historyEmpty')} />}
      <ul className={classes['runs']}>
        {query.data?.map((test) => (
          <li key={test.id}>
            <SelfTestRun team={team} test={test} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}
