'use client';

import { Button, Group, Stack } from '@mantine/core';
import { IconDeviceLaptop, IconPlus, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter, useSearchParams } from 'next/navigation';
import { type ReactNode, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { EmptyState } from '@/app/_ui/empty-state';
import { RowMenu } from '@/app/_ui/row-menu';
import { paths } from '@/lib/paths';
import type { Role } from '@/lib/role';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import type { ReachableEngine } from '../../_client-certificate/client-archive';
import { RenewalOutcome } from '../../_client-certificate/renewal-outcome';
import { type Renewal, useDueForRenewal, useRenewal } from '../../_client-certificate/use-renewal';
import { useTeamChange } from '../../_live/team-live';
import { type CertificateAct, CertificateDialog } from '../_actions/certificate-dialog';
import { useRowActions } from '../_actions/use-row-actions';
import { certificateName } from '../_data/certificate-name';
import { currentCertificates, isReplaced } from '../_data/own-devices';
import type { CertificateList, CertificateRow } from '../_data/types';
import { NewCertificateDialog } from './new-certificate-dialog';
import { useOwnColumns } from './own-columns';

export interface OwnDevicesProps {
  readonly team: string;
  readonly role: Role;
  readonly initial: CertificateList;
  readonly policy: RouterOutputs['certificates']['policy'];
  /** The engines that admit the member, for the lines in an archive. */
  readonly engines: readonly ReachableEngine[];
}

/** The parameter that opens the dialog, with the device's name where there is one already. */
const newParameter = 'new';

/** What each of my devices holds; a new certificate, and a fresh one for what ends soon. */
export function OwnDevices({ team, role, initial, policy, engines }: OwnDevicesProps) {
  const t = useTranslations('certificates.mine');
  const router = useRouter();
  const { rows, error } = useOwn(team, initial);
  const columns = useOwnColumns(team);
  const actionsOf = useRowActions(role);
  const renewal = useRenewal({ team, engines });
  const [dialog, setDialog] = useState<{ act: CertificateAct; certificate: CertificateRow }>();
  const newDevice = useSearchParams().get(newParameter);
  const openNew = (device = '') =>
    window.history.pushState(null, '', `${paths.certificates(team)}?${newParameter}=${encodeURIComponent(device)}`);
  const newButton = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => openNew()}>
      {t('new')}
    </Button>
  );
  return (
    <Stack gap={12}>
      {rows.length > 0 && <Group justify="flex-end">{newButton}</Group>}
      <RenewalOutcome team={team} renewal={renewal} />
      <CallError error={error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        onRowOpen={({ id }) => router.push(paths.certificate(team, id))}
        rowActions={(certificate) => (
          <RowEnd
            certificate={certificate}
            isReplaced={isReplaced(certificate, rows)}
            renewal={renewal}
            onNew={openNew}
          >
            <RowMenu
              name={certificateName(certificate)}
              actions={actionsOf(certificate, (act) => setDialog({ act, certificate })).filter(
                // For oneself there is no need of a link.
                ({ key }) => key !== 'reissue',
              )}
            />
          </RowEnd>
        )}
        empty={
          <EmptyState icon={IconDeviceLaptop} title={t('empty')} description={t('emptyHint')}>
            {newButton}
          </EmptyState>
        }
      />
      {newDevice !== null && (
        <NewCertificateDialog
          team={team}
          engines={engines}
          csrFilesAllowed={policy.csrFilesAllowed}
          deviceName={newDevice}
          onClose={() => window.history.replaceState(null, '', paths.certificates(team))}
        />
      )}
      {dialog && (
        <CertificateDialog
          team={team}
          act={dialog.act}
          ids={[dialog.certificate.id]}
          subject={certificateName(dialog.certificate)}
          onClose={() => setDialog(undefined)}
        />
      )}
    </Stack>
  );
}

function useOwn(team: string, initial: CertificateList) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.certificates.list.queryOptions({ team, mine: true, kind: 'client', limit: 100 }, { initialData: initial }),
  );
  useTeamChange(() => void query.refetch());
  return { rows: currentCertificates(query.data.certificates), error: query.error };
}

interface RowEndProps {
  readonly certificate: CertificateRow;
  readonly isReplaced: boolean;
  readonly renewal: Renewal;
  readonly onNew: (device: string) => void;
  readonly children: ReactNode;
}

/** The one thing that a device needs now, before the menu. */
function RowEnd({ certificate, isReplaced: isFormer, renewal, onNew, children }: RowEndProps) {
  const t = useTranslations('certificates.mine');
  const isDue = useDueForRenewal();
  const isOver = certificate.state === 'revoked' || certificate.state === 'expired';
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {isDue(certificate) && !isFormer && (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={renewal.pendingId === certificate.id}
          onClick={() => renewal.renew(certificate)}
        >
          {t('renew')}
        </Button>
      )}
      {isOver && (
        <Button size="compact-xs" variant="light" onClick={() => onNew(certificate.deviceName ?? '')}>
          {t('again')}
        </Button>
      )}
      {children}
    </Group>
  );
}
