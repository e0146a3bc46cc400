'use client';

import { Button, Stack } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { PageHeader } from '../../../../_frame/page-header';
import { useTeamChange, useTeamLive } from '../../../../_live/team-live';
import { receiptSummaryOf } from '../../../_changes/receipt-summary';
import type { AccessChange } from '../../../_data/types';
import { ChangeFacts } from './change-facts';
import { useReceiptColumns } from './receipt-columns';
import { saveReceipt } from './receipt-document';
import { SummaryLine } from './summary-line';

export interface ChangePageProps {
  readonly team: string;
  readonly initial: AccessChange;
}

/** While machines are pending, the page looks for itself as well: a wake-up may be lost. */
const lookAgainMs = 5000;

/** The receipt of one change of who gets in where. It fills in while machines confirm, and stays as a document. */
export function ChangePage({ team, initial }: ChangePageProps) {
  const t = useTranslations('accessChanges');
  const trpc = useTRPC();
  const query = useQuery(
    trpc.changes.get.queryOptions(
      { team, id: initial.id },
      {
        initialData: initial,
        refetchInterval: ({ state }) => (state.data?.done === false ? lookAgainMs : false),
      },
    ),
  );
  useTeamChange(() => void query.refetch());
  const change = query.data;
  const columns = useReceiptColumns(team, change);
  return (
    <>
      <PageHeader
        title={t('receiptTitle', { kind: t(`kind.${change.kind}`), subject: change.subject })}
        badge={<DoneBadge change={change} />}
        breadcrumbs={[
          { label: t('certificates'), href: paths.certificates(team) },
          { label: t('title'), href: paths.certificates(team, { tab: 'changes' }) },
        ]}
        actions={
          <span className="qm-screen-only" style={{ display: 'contents' }}>
            <Button
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => saveReceipt(team, change)}
            >
              {t('export')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconPrinter size={16} aria-hidden />}
              onClick={() => window.print()}
            >
              {t('print')}
            </Button>
          </span>
        }
      />
      <Stack gap={16}>
        <SummaryLine kind={change.kind} summary={receiptSummaryOf(change.receipts)} />
        <CallError error={query.error} />
        <Section title={t('machines')} hint={t('machinesHint')}>
          <DataTable
            label={t('machines')}
            columns={columns}
            rows={change.receipts}
            rowId={({ id }) => id}
            empty={<EmptyState title={t('noMachines')} description={t('noMachinesHint')} />}
          />
        </Section>
        <ChangeFacts change={change} />
      </Stack>
    </>
  );
}

function DoneBadge({ change }: { readonly change: AccessChange }) {
  const t = useTranslations('accessChanges.badge');
  const { isReconnecting } = useTeamLive();
  return (
    <>
      <StatusBadge tone={change.done ? 'ok' : 'attention'} variant="soft">
        {t(change.done ? 'done' : 'pending')}
      </StatusBadge>
      {!change.done && isReconnecting && <StatusBadge tone="off">{t('reconnecting')}</StatusBadge>}
    </>
  );
}
