'use client';

import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCertificate, IconRotate2, IconUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DataTable } from '@/app/_ui/data-table';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { EmptyState } from '@/app/_ui/empty-state';
import { RowMenu } from '@/app/_ui/row-menu';
import { roleReaches } from '@/lib/role';

import { useTeamRole } from '../../_frame/team-role';
import { useAuthorityColumns } from './authority-columns';
import { ImportAuthorityDialog } from './import-authority-dialog';
import { PkiFiles } from './pki-files';
import { RetireSharedDialog } from './retire-shared-dialog';
import { RunningRotation, useRotation } from './running-rotation';
import { StartRotationDialog } from './start-rotation-dialog';
import { type Authority, useAuthorities } from './use-authorities';

/** The team's CAs, with the ways to bring one along and to replace one. */
export function AuthoritiesPanel({ team }: { readonly team: string }) {
  const t = useTranslations('authorities');
  const query = useAuthorities(team);
  const rotation = useRotation(team);
  const role = useTeamRole();
  const columns = useAuthorityColumns();
  const [importing, importDialog] = useDisclosure(false);
  const [starting, startDialog] = useDisclosure(false);
  const [retiring, setRetiring] = useState<Authority>();
  const [withRetired, setWithRetired] = useState(false);
  const all = query.data?.authorities;
  const shown = withRetired ? all : all?.filter((authority) => authority.retiredAt === null);
  const whyNot = roleReaches(role, 'owner') ? undefined : t('needsOwner');
  const hasEngineCa = all?.some(({ kind, retiredAt }) => kind === 'engine' && !retiredAt) ?? false;
  const hasShared = all?.some(({ shared, retiredAt }) => shared && !retiredAt) ?? false;
  const current = rotation.data?.current ?? null;
  const whyNoRotation = whyNot ?? (current ? t('rotation.oneAtATime') : hasEngineCa ? undefined : t('empty.title'));
  return (
    <Stack gap={16}>
      {current && <RunningRotation team={team} rotation={current} />}
      <Group justify="space-between" gap={8}>
        <Checkbox
          label={t('showRetired')}
          checked={withRetired}
          onChange={(event) => setWithRetired(event.currentTarget.checked)}
        />
        <Group gap={8}>
          <DisabledReason reason={whyNot}>
            <Button
              variant="default"
              leftSection={<IconUpload size={16} stroke={1.8} aria-hidden />}
              onClick={importDialog.open}
            >
              {t('import.action')}
            </Button>
          </DisabledReason>
          <DisabledReason reason={whyNoRotation}>
            <Button
              variant="default"
              leftSection={<IconRotate2 size={16} stroke={1.8} aria-hidden />}
              onClick={startDialog.open}
            >
              {t('rotation.action')}
            </Button>
          </DisabledReason>
        </Group>
      </Group>
      <CallError error={query.error ?? rotation.error} />
      {!(query.error && !all) && (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={shown}
          rowId={(authority) => authority.id}
          isRefreshing={query.isRefetching}
          expectedRows={3}
          {...(hasShared && {
            rowActions: (authority: Authority) =>
              authority.shared &&
              authority.retiredAt === null && (
                <RowMenu
                  name={authority.subject}
                  actions={[
                    {
                      key: 'retire',
                      label: t('retire.action'),
                      isDestructive: true,
                      onSelect: () => setRetiring(authority),
                      disabledReason: whyNot,
                    },
                  ]}
                />
              ),
          })}
          empty={<EmptyState icon={IconCertificate} title={t('empty.title')} description={t('empty.description')} />}
        />
      )}
      <PkiFiles team={team} />
      <ImportAuthorityDialog team={team} isOpen={importing} onClose={importDialog.close} />
      <RetireSharedDialog team={team} authority={retiring} onClose={() => setRetiring(undefined)} />
      <StartRotationDialog team={team} authorities={all ?? []} isOpen={starting} onClose={startDialog.close} />
    </Stack>
  );
}
