'use client';

import { Button } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { SteeringProps } from './steering';

/** Begins a new job of the same kind with the same choices; absent where such a job begins elsewhere. */
export function RunAgainButton({ team, job, steering, onRefused }: SteeringProps) {
  const t = useTranslations('jobs');
  const roles = useTranslations('frame.role');
  const router = useRouter();
  const trpc = useTRPC();
  const again = useMutation(
    trpc.jobs.runAgain.mutationOptions({
      onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)),
      onError: onRefused,
    }),
  );
  if (!job.canRunAgain) return null;
  const reason = steering.isAllowed ? undefined : t('steer.forbidden', { role: roles(steering.leastRole) });
  return (
    <DisabledReason reason={reason}>
      <Button
        variant="default"
        leftSection={<IconRepeat size={16} stroke={1.8} aria-hidden />}
        loading={again.isPending}
        onClick={() => again.mutate({ team, job: job.id })}
      >
        {t('steer.runAgain')}
      </Button>
    </DisabledReason>
  );
}
