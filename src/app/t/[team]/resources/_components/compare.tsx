'use client';

import { Button, Group, Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../_frame/team-role';
import type { Comparison } from './resource-types';

export interface CompareProps {
  readonly team: string;
  readonly machine: string | undefined;
  readonly comparedAt: Date | null;
  /** Why there is nothing to compare. */
  readonly whyNot: string | undefined;
}

/** One click that asks the providers what is there, and what came of it. */
export function Compare({ team, machine, comparedAt, whyNot }: CompareProps) {
  const t = useTranslations('resources.compare');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const isMember = roleReaches(useTeamRole(), 'member');
  const compare = useMutation(
    trpc.resources.compare.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.resources.pathKey() }),
    }),
  );
  const reason = isMember ? whyNot : common('needsRole', { role: 'member' });
  return (
    <>
      <Group gap={12} mb={12}>
        <DisabledReason reason={reason}>
          <Button
            leftSection={<IconArrowsDiff size={16} aria-hidden />}
            loading={compare.isPending}
            disabled={reason !== undefined}
            onClick={() => compare.mutate({ team, ...(machine !== undefined && { machine }) })}
          >
            {t('button')}
          </Button>
        </DisabledReason>
        <Text size="sm" c="dimmed" role="status">
          {compare.isPending ? (
            t('running')
          ) : comparedAt ? (
            <>
              {t('last')} <RelativeTime at={comparedAt} />
            </>
          ) : (
            t('never')
          )}
        </Text>
      </Group>
      <CallError error={compare.error} />
      {compare.data && !compare.isPending && <Outcome outcome={compare.data} />}
    </>
  );
}

function Outcome({ outcome }: { readonly outcome: Comparison }) {
  const t = useTranslations('resources.compare');
  const { accounts, failures, present, confirmed, missing, gone, found } = outcome;
  if (accounts === 0) return <Notice tone="off" role="status" title={t('nothing')} />;
  const differs = missing + found > 0;
  return (
    <div style={{ display: 'grid', gap: 8, marginBottom: 12 }}>
      {failures.map(({ driver, reason }) => (
        <Notice key={driver} tone="failed" role="alert" title={t('failed', { driver })}>
          {reason} {t('failedHint')}
        </Notice>
      ))}
      {failures.length < accounts && (
        <Notice tone={differs ? 'attention' : 'ok'} role="status" title={t(differs ? 'differs' : 'same')}>
          {t('outcome', { there: present + confirmed, confirmed, missing, gone, found })}
        </Notice>
      )}
    </div>
  );
}
