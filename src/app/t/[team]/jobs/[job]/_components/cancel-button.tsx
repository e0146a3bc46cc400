'use client';

import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { jobCan } from '@/lib/job';
import { useTRPC } from '@/trpc/client';

import { jobTitle, stepTitle } from '../../_components/job-texts';
import { cancelEffect, type SteeringProps } from './steering';
import { usePageQuery } from './use-page-query';

/** Asks, saying what a cancel does at this moment, and cancels. The dialog stands in the address. */
export function CancelButton({ team, job, steps, steering }: SteeringProps) {
  const t = useTranslations('jobs');
  const roles = useTranslations('frame.role');
  const [dialog, setDialog] = usePageQuery('dialog');
  const trpc = useTRPC();
  const mutation = useMutation(trpc.jobs.cancel.mutationOptions({ onSuccess: () => setDialog(null) }));
  const isAllowed = steering.isAllowed && jobCan.cancel(job.state);
  const reason = steering.isAllowed ? undefined : t('steer.forbidden', { role: roles(steering.leastRole) });
  const close = () => {
    mutation.reset();
    setDialog(null);
  };
  return (
    <>
      <DisabledReason reason={reason}>
        <Button
          variant="default"
          loading={job.state === 'cancelling'}
          onClick={() => setDialog('cancel')}
          aria-label={job.state === 'cancelling' ? t('steer.cancelling') : undefined}
        >
          {t('steer.cancel')}
        </Button>
      </DisabledReason>
      <Dialog
        opened={dialog === 'cancel' && isAllowed}
        onClose={close}
        title={t('steer.cancelTitle', { job: jobTitle(t, job) })}
      >
        <Stack gap="md">
          <WhatWillHappen job={job} steps={steps} />
          <CallError error={mutation.error} />
          <DialogFooter
            onCancel={close}
            cancelLabel={t(job.state === 'queued' ? 'steer.keepQueued' : 'steer.keep')}
            focusesCancel
            isPending={mutation.isPending}
          >
            <Button color="red" loading={mutation.isPending} onClick={() => mutation.mutate({ team, job: job.id })}>
              {t('steer.cancel')}
            </Button>
          </DialogFooter>
        </Stack>
      </Dialog>
    </>
  );
}

function WhatWillHappen({ job, steps }: Pick<SteeringProps, 'job' | 'steps'>) {
  const t = useTranslations('jobs');
  const effect = cancelEffect(job, steps);
  const done = steps.filter(({ state }) => state === 'succeeded').length;
  if (effect.kind === 'queued') return <Text>{t('steer.cancelQueued')}</Text>;
  return (
    <>
      <Text>
        {effect.kind === 'between'
          ? t('steer.cancelBetween')
          : t(effect.kind === 'waits' ? 'steer.cancelAfter' : 'steer.cancelNow', {
              step: stepTitle(t, effect.step.name),
            })}
      </Text>
      <Text>{t('steer.cancelStays', { count: done })}</Text>
    </>
  );
}
