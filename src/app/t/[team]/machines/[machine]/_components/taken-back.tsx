'use client';

import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { type Machine, useMachine } from './use-machine';

/** Says of a machine whose creation was rolled back that nothing of it is left; absent for every other. */
export function TakenBack({ team, initial }: { readonly team: string; readonly initial: Machine }) {
  const t = useTranslations('machines.takenBack');
  const trpc = useTRPC();
  const machine = useMachine(team, initial);
  const isFailed = machine.state === 'failed';
  const last = useQuery(trpc.jobs.list.queryOptions({ team, machineId: machine.id, limit: 1 }, { enabled: isFailed }))
    .data?.jobs[0];
  if (!isFailed || last?.kind !== 'machine.roll-back' || last.state !== 'succeeded') return null;
  return (
    <Notice tone="off" icon={IconArrowBackUp} title={t('title')}>
      {t.rich('text', { job: (chunks) => <Link href={paths.job(team, last.id)}>{chunks}</Link> })}
    </Notice>
  );
}
