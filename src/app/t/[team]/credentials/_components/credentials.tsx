'use client';

import { Button } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { CredentialDialog } from '@/app/_forms/credential/credential-dialog';
import type { Credential } from '@/app/_forms/credential/credential-form';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { DataTable } from '@/app/_ui/data-table';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC, useTRPCClient } from '@/trpc/client';

import { PageHeader } from '../../_frame/page-header';
import { useRemoval } from '../../_frame/use-removal';
import { useCredentialColumns } from './credential-columns';
import { CredentialMenu } from './credential-menu';

export interface CredentialsProps {
  readonly team: string;
  readonly initial: readonly Credential[];
  readonly kinds: RouterOutputs['credentials']['kinds'];
  /** Whether the address asks for the dialog of a new one. */
  readonly isAdding: boolean;
}

/** The team's accounts at providers: who they are, how the last check went, which machines need them. */
export function Credentials({ team, initial, kinds: { kinds, mayManage }, isAdding }: CredentialsProps) {
  const t = useTranslations('credentials');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const router = useRouter();
  const list = useQuery(trpc.credentials.list.queryOptions({ team }, { initialData: [...initial] }));
  const [changed, setChanged] = useState<Credential>();
  const refresh = () => queries.invalidateQueries({ queryKey: trpc.credentials.pathKey() });
  const check = useMutation(trpc.credentials.check.mutationOptions({ onSuccess: refresh }));
  const removal = useRemoval(async ({ id }: Credential) => {
    await client.credentials.remove.mutate({ team, id });
    await refresh();
  });
  const columns = useCredentialColumns(team, check.isPending ? check.variables.id : undefined);
  const open = (add: 1 | undefined) => router.replace(paths.credentials(team, { add }), { scroll: false });
  const whyNotAdd = mayManage
    ? kinds.length === 0
      ? t('noKinds')
      : undefined
    : common('needsRole', { role: 'admin' });
  const addButton = (
    <DisabledReason reason={whyNotAdd}>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open(1)}>
        {t('add')}
      </Button>
    </DisabledReason>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={addButton} />
      <CallError error={list.error ?? check.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={list.data}
        rowId={({ id }) => id}
        rowActions={(row) => (
          <CredentialMenu
            credential={row}
            mayManage={mayManage}
            onCheck={() => check.mutate({ team, id: row.id })}
            onChange={() => setChanged(row)}
            onRemove={() => removal.ask(row)}
          />
        )}
        isRefreshing={list.isFetching}
        empty={<EmptyState icon={IconKey} title={t('empty')} description={t('emptyHint')} />}
      />
      {(changed || (isAdding && mayManage)) && (
        <CredentialDialog
          team={team}
          kinds={kinds}
          credential={changed}
          onClose={() => (changed ? setChanged(undefined) : open(undefined))}
          onKept={() => (changed ? setChanged(undefined) : open(undefined))}
        />
      )}
      {removal.asked && (
        <ConfirmByName
          {...removal.dialog}
          title={t('remove.title', { name: removal.asked.name })}
          name={removal.asked.name}
          losses={[t('remove.loss', { name: removal.asked.name })]}
          confirmLabel={t('remove.confirm')}
        />
      )}
    </>
  );
}
