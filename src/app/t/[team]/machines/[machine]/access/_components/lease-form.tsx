'use client';

import { Group, Radio, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../../../_frame/team-role';
import { toLeaseSeconds, toLeaseTime } from './lease-time';
import { LeaseTimeField } from './lease-time-field';
import type { MachineAdmission } from './use-admission';

export interface LeaseFormProps {
  readonly team: string;
  /** Its name. */
  readonly machine: string;
  readonly admission: MachineAdmission;
}

/** Strict or best effort, and for how long, with what each costs in words. */
export function LeaseForm({ team, machine, admission }: LeaseFormProps) {
  const t = useTranslations('machines.access.lease');
  const form = useLease({ team, machine, admission });
  const { policy, time, whyNot, save } = form;
  const isLocked = form.whyLocked !== undefined;
  return (
    <form noValidate onSubmit={form.submit}>
      <Stack gap={16}>
        <Radio.Group
          label={t('policy')}
          value={policy}
          onChange={(value) => form.setPolicy(value === 'strict' ? 'strict' : 'best_effort')}
        >
          <Stack gap={12} mt={8}>
            <Radio value="best_effort" label={t('bestEffort')} description={t('bestEffortMeans')} disabled={isLocked} />
            <Radio value="strict" label={t('strict')} description={t('strictMeans')} disabled={isLocked} />
          </Stack>
        </Radio.Group>
        {policy === 'strict' && (
          <LeaseTimeField
            value={time}
            onChange={form.setTime}
            isDisabled={isLocked}
            error={form.isOutOfBounds ? t('outOfBounds') : undefined}
          />
        )}
        <CallError error={save.error} />
        <Group gap={12}>
          <SaveButton isPending={save.isPending} isSaved={false} reason={whyNot} label={t('save')} />
          <span aria-live="polite">
            {save.data && (
              <>
                {t('saved')} {save.data.changeId && <Receipt team={team} change={save.data.changeId} />}
              </>
            )}
          </span>
        </Group>
      </Stack>
    </form>
  );
}

function Receipt({ team, change }: { readonly team: string; readonly change: string }) {
  const t = useTranslations('machines.access');
  return <Link href={paths.accessChange(team, change)}>{t('receipt')}</Link>;
}

function useLease({ team, machine, admission }: LeaseFormProps) {
  const t = useTranslations('machines.access.lease');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const role = useTeamRole();
  const [policy, setPolicy] = useState(admission.leasePolicy);
  const [time, setTime] = useState(toLeaseTime(admission.leaseSeconds));
  const save = useMutation(
    trpc.machines.setLease.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.machines.pathKey() }),
    }),
  );
  const seconds = policy === 'strict' ? toLeaseSeconds(time) : admission.leaseSeconds;
  const isChanged = policy !== admission.leasePolicy || seconds !== admission.leaseSeconds;
  const whyLocked = !roleReaches(role, 'admin')
    ? common('needsRole', { role: 'admin' })
    : admission.enforcement === 'engine'
      ? t('engineOnly')
      : undefined;
  const whyNot = whyLocked ?? (seconds === null ? t('outOfBounds') : isChanged ? undefined : t('unchanged'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (whyNot === undefined && seconds !== null) save.mutate({ team, machine, policy, seconds });
  };
  return { policy, setPolicy, time, setTime, isOutOfBounds: seconds === null, whyLocked, whyNot, submit, save };
}
