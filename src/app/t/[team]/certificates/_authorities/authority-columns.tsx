'use client';

import { Badge, Group, Tooltip } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { useClock } from '@/app/_ui/now';
import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

import { authorityState, authorityTones } from './authority-state';
import type { Authority } from './use-authorities';

const shownFingerprint = 16;

function Kind({ authority }: { readonly authority: Authority }) {
  const t = useTranslations('authorities');
  return (
    <Group gap={6} wrap="nowrap">
      <Tooltip label={t(`kindHint.${authority.kind}`)}>
        <span>
          {t(`kinds.${authority.kind}`)} {authority.membership && t('of', { name: authority.membership.name })}
        </span>
      </Tooltip>
      {(['imported', 'shared'] as const).map(
        (mark) =>
          authority[mark] && (
            <Tooltip key={mark} label={t(`${mark}Hint`)}>
              <Badge variant="default" tt="none" fw={400} tabIndex={0}>
                {t(mark)}
              </Badge>
            </Tooltip>
          ),
      )}
    </Group>
  );
}

function State({ authority }: { readonly authority: Authority }) {
  const t = useTranslations('authorities.states');
  const state = useClock((nowMs) => authorityState(authority, nowMs));
  return <StatusBadge tone={authorityTones[state]}>{t(state)}</StatusBadge>;
}

/** The columns of the table of CAs. */
export function useAuthorityColumns(): ColumnDef<Authority>[] {
  const t = useTranslations('authorities');
  return useMemo(
    () => [
      {
        id: 'kind',
        accessorFn: ({ kind, membership, generation }) =>
          `${['engine', 'client', 'console'].indexOf(kind)} ${membership?.name ?? ''} ${generation}`,
        meta: { label: t('kind'), isTitle: true },
        cell: ({ row }) => <Kind authority={row.original} />,
      },
      {
        id: 'state',
        enableSorting: false,
        meta: { label: t('state') },
        cell: ({ row }) => <State authority={row.original} />,
      },
      { id: 'generation', accessorKey: 'generation', meta: { label: t('generation'), align: 'right' } },
      {
        id: 'fingerprint',
        accessorKey: 'fingerprint',
        enableSorting: false,
        meta: { label: t('fingerprint') },
        cell: ({ row }) => (
          <CopyLine value={row.original.fingerprint} name={t('fingerprint')}>
            {row.original.fingerprint.slice(0, shownFingerprint)}…
          </CopyLine>
        ),
      },
      {
        id: 'validUntil',
        accessorKey: 'notAfter',
        meta: { label: t('validUntil') },
        cell: ({ row }) => <RelativeTime at={row.original.notAfter} />,
      },
      { id: 'signed', accessorKey: 'signed', meta: { label: t('signed'), align: 'right' } },
    ],
    [t],
  );
}
