'use client';

import { Button, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { jobCan } from '@/lib/job';
import { useTRPC } from '@/trpc/client';

import { type JobsTranslator, stepTitle } from '../../_components/job-texts';
import { retryPoint, type SteeringProps } from './steering';

/** Where a retry goes on, in a sentence. */
export function retryText(t: JobsTranslator, steps: SteeringProps['steps']): string {
  const point = retryPoint(steps);
  if (!point) return t('steer.retryAll');
  return t('steer.retryFrom', { step: stepTitle(t, point.step.name), count: point.done });
}

/** Puts a job that failed or was cancelled back into the queue; absent where there is nothing to retry. */
export function RetryButton({ team, job, steps, steering, onRetried, onRefused }: SteeringProps) {
  const t = useTranslations('jobs');
  const roles = useTranslations('frame.role');
  const trpc = useTRPC();
  const mutation = useMutation(trpc.jobs.retry.mutationOptions({ onSuccess: onRetried, onError: onRefused }));
  if (!jobCan.retry(job.state)) return null;
  const button = (
    <Button
      leftSection={<IconRefresh size={16} stroke={1.8} aria-hidden />}
      loading={mutation.isPending}
      onClick={() => mutation.mutate({ team, job: job.id })}
    >
      {t('steer.retry')}
    </Button>
  );
  if (!steering.isAllowed) {
    return <DisabledReason reason={t('steer.forbidden', { role: roles(steering.leastRole) })}>{button}</DisabledReason>;
  }
  return <Tooltip label={retryText(t, steps)}>{button}</Tooltip>;
}
