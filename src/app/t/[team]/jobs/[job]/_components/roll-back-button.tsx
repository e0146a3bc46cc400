'use client';

import { Button, List, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { jobTitle, stepTitle } from '../../_components/job-texts';
import type { SteeringProps } from './steering';
import { usePageQuery } from './use-page-query';

/** Shows what a roll-back takes back, last step first, and starts it. Absent where nothing can be taken back. */
export function RollBackButton({ team, job, steering }: SteeringProps) {
  const t = useTranslations('jobs');
  const roles = useTranslations('frame.role');
  const [dialog, setDialog] = usePageQuery('dialog');
  if (!job.canRollBack) return null;
  const reason = steering.isAllowed ? undefined : t('steer.forbidden', { role: roles(steering.leastRole) });
  const isOpen = dialog === 'roll-back' && steering.isAllowed;
  return (
    <>
      <DisabledReason reason={reason}>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={16} stroke={1.8} aria-hidden />}
          onClick={() => setDialog('roll-back')}
        >
          {t('rollBack.action')}
        </Button>
      </DisabledReason>
      <Dialog opened={isOpen} onClose={() => setDialog(null)} title={t('rollBack.title', { job: jobTitle(t, job) })}>
        <Question team={team} job={job} onClose={() => setDialog(null)} />
      </Dialog>
    </>
  );
}

function Question({ team, job, onClose }: Pick<SteeringProps, 'team' | 'job'> & { readonly onClose: () => void }) {
  const t = useTranslations('jobs');
  const router = useRouter();
  const trpc = useTRPC();
  const preview = useQuery(trpc.jobs.previewRollBack.queryOptions({ team, job: job.id }, { retry: false, gcTime: 0 }));
  const rollBack = useMutation(
    trpc.jobs.rollBack.mutationOptions({ onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)) }),
  );
  return (
    <Stack gap="md">
      <Text>{t('rollBack.intro')}</Text>
      {preview.isPending && <Skeleton height={72} />}
      {preview.data && (
        <List type="ordered" spacing={4}>
          {preview.data.steps.map((step) => (
            <List.Item key={step}>
              {stepTitle(t, step)}
              {': '}
              {undoText(t, step)}
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed">
        {t('rollBack.after')}
      </Text>
      <CallError error={rollBack.error ?? preview.error} />
      <DialogFooter onCancel={onClose} focusesCancel isPending={rollBack.isPending}>
        <Button
          color="red"
          disabled={!preview.data}
          loading={rollBack.isPending}
          onClick={() => rollBack.mutate({ team, job: job.id })}
        >
          {t('rollBack.action')}
        </Button>
      </DialogFooter>
    </Stack>
  );
}

const undoTexts = [
  'create-machine',
  'back-up',
  'set-host-name',
  'install-engine',
  'install-gate',
  'write-engine-tls',
  'configure-engine',
  'start-gate',
  'switch-enforcement',
] as const;

/** What the undo of a step does, in a few words. */
const undoText = (t: ReturnType<typeof useTranslations<'jobs'>>, step: string): string => {
  const known = undoTexts.find((name) => name === step);
  return known ? t(`rollBack.does.${known}`) : t('rollBack.does.other');
};
