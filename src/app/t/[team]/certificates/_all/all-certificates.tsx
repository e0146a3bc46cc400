'use client';

import { Button } from '@mantine/core';
import { IconCertificate, IconDownload } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { SortingState } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { FilterBar } from '@/app/_ui/filter-bar';
import { LoadMore } from '@/app/_ui/load-more';
import { RowMenu } from '@/app/_ui/row-menu';
import { paths } from '@/lib/paths';
import { certificateStates } from '@/lib/revocation';
import { type Role, roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';
import { type CertificateAct, CertificateDialog } from '../_actions/certificate-dialog';
import { useRowActions } from '../_actions/use-row-actions';
import { CertificateStateBadge } from '../_components/certificate-state-badge';
import { certificateFilterOf, certificateKinds, certificateOrderOf } from '../_data/certificate-filter';
import { certificateName, certificateSubject } from '../_data/certificate-name';
import type { CertificateList, CertificateRow } from '../_data/types';
import { useCertificateColumns } from './certificate-columns';
import { ReissueLinks } from './reissue-links';
import { SelectionBar } from './selection-bar';
import { useSelection } from './use-selection';

export interface AllCertificatesProps {
  readonly team: string;
  readonly role: Role;
  /** What the server has rendered, and the address that it has rendered it for. */
  readonly initial: { readonly filter: string; readonly sort: string | null; readonly firstPage: CertificateList };
}

interface OpenDialog {
  readonly act: CertificateAct;
  readonly certificates: readonly CertificateRow[];
}

/** Every certificate of the team, with what an admin does to them. Filter and order stand in the address. */
export function AllCertificates({ team, role, initial }: AllCertificatesProps) {
  const t = useTranslations('certificates');
  const router = useRouter();
  const { filter, sort, setFilter, setSort } = useAddress(team);
  const query = useCertificates({ team, filter, sort, initial });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.certificates), [query.data]);
  const selection = useSelection(useMemo(() => (rows ?? []).map(({ id }) => id), [rows]));
  const columns = useCertificateColumns(team, roleReaches(role, 'admin') ? selection : null);
  const actionsOf = useRowActions(role);
  const [dialog, setDialog] = useState<OpenDialog>();
  const selected = (rows ?? []).filter(({ id }) => selection.has(id));
  return (
    <>
      <Filters team={team} filter={filter} sort={sort} onChange={setFilter} />
      {selected.length > 0 && (
        <SelectionBar
          role={role}
          selected={selected}
          onAct={(act) => setDialog({ act, certificates: selected })}
          onClear={selection.clear}
        />
      )}
      <CallError error={query.error} />
      <DataTable
        label={t('tabs.all')}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        sorting={sortingOf(sort)}
        onSortingChange={setSort}
        isSortedOutside
        onRowOpen={({ id }) => router.push(paths.certificate(team, id))}
        rowActions={(certificate) => (
          <RowMenu
            name={certificateName(certificate)}
            actions={actionsOf(certificate, (act) => setDialog({ act, certificates: [certificate] }))}
          />
        )}
        isRefreshing={query.isPlaceholderData}
        empty={<Nothing isFiltered={filter !== ''} onClear={() => setFilter('')} />}
      />
      <LoadMore
        query={query}
        label={t('all.more', { shown: rows?.length ?? 0, total: query.data?.pages[0]?.total ?? 0 })}
      />
      {roleReaches(role, 'admin') && <ReissueLinks team={team} />}
      {dialog && (
        <CertificateDialog
          team={team}
          act={dialog.act}
          ids={dialog.certificates.map(({ id }) => id)}
          subject={subjectOf(dialog.certificates, (count) => t('selection.count', { count }))}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

const subjectOf = (certificates: readonly CertificateRow[], many: (count: number) => string) => {
  const [first] = certificates;
  return first && certificates.length === 1 ? certificateSubject(first) : many(certificates.length);
};

const sortingOf = (sort: string | null): SortingState => {
  const { sort: id, order } = certificateOrderOf(sort);
  return [{ id, desc: order === 'desc' }];
};

function useAddress(team: string) {
  const search = useSearchParams();
  const filter = search.get('q') ?? '';
  const sort = search.get('sort');
  // Without asking the server for the page: the list is asked for by itself.
  const write = (q: string, order: string | null) =>
    window.history.replaceState(null, '', paths.certificates(team, { tab: 'all', q, sort: order ?? undefined }));
  return {
    filter,
    sort,
    setFilter: (q: string) => write(q, sort),
    setSort: ([first]: SortingState) => write(filter, first ? `${first.desc ? '-' : ''}${first.id}` : null),
  };
}

function useCertificates(
  props: Omit<AllCertificatesProps, 'role'> & { readonly filter: string; readonly sort: string | null },
) {
  const { team, filter, sort, initial } = props;
  const trpc = useTRPC();
  const query = useInfiniteQuery(
    trpc.certificates.list.infiniteQueryOptions(
      { team, ...certificateFilterOf(filter), ...certificateOrderOf(sort) },
      {
        getNextPageParam: (page) => page.next ?? undefined,
        placeholderData: keepPreviousData,
        ...(filter === initial.filter &&
          sort === initial.sort && { initialData: { pages: [initial.firstPage], pageParams: [null] } }),
      },
    ),
  );
  useTeamChange(() => void query.refetch());
  return query;
}

interface FiltersProps {
  readonly team: string;
  readonly filter: string;
  readonly sort: string | null;
  readonly onChange: (filter: string) => void;
}

function Filters({ team, filter, sort, onChange }: FiltersProps) {
  const t = useTranslations('certificates');
  const states = certificateStates.map((value) => ({ value, label: <CertificateStateBadge state={value} /> }));
  const kinds = certificateKinds.map((value) => ({ value, label: t(`kind.${value}`) }));
  return (
    <FilterBar
      value={filter}
      onChange={onChange}
      label={t('all.filter')}
      placeholder={t('all.filterPlaceholder')}
      facets={[
        { key: 'state', label: t('columns.state'), options: states },
        { key: 'kind', label: t('columns.kind'), options: kinds },
      ]}
    >
      <Button
        component="a"
        href={paths.certificatesCsv(team, { ...certificateFilterOf(filter), ...certificateOrderOf(sort) })}
        download
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('all.export')}
      </Button>
    </FilterBar>
  );
}

function Nothing({ isFiltered, onClear }: { readonly isFiltered: boolean; readonly onClear: () => void }) {
  const t = useTranslations('certificates.all');
  if (!isFiltered) return <EmptyState icon={IconCertificate} title={t('empty')} description={t('emptyHint')} />;
  return (
    <EmptyState icon={IconCertificate} title={t('nothing')} description={t('nothingHint')}>
      <Button variant="default" onClick={onClear}>
        {t('clear')}
      </Button>
    </EmptyState>
  );
}
