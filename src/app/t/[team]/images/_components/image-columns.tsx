'use client';

import { Anchor, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { CopyButton } from '@/app/_ui/copy';
import { MachineLinks } from '@/app/_ui/machine-link';
import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';
import type { Uploads } from '@/app/_uploads/uploads';
import { formatBytes } from '@/lib/format/bytes';
import type { ListedImage } from '@/lib/image';
import { paths } from '@/lib/paths';

import { ImageStateView } from './image-state';

/** What a line tells: what the image is, how it stands, its size and checksum, where copies are, what was made from it. */
export function useImageColumns(team: string, uploads: Uploads): ColumnDef<ListedImage>[] {
  const t = useTranslations('images');
  return useMemo(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: t('columns.name'), isTitle: true },
        cell: ({ row: { original } }) => <NameOf image={original} />,
      },
      {
        id: 'state',
        accessorKey: 'state',
        meta: { label: t('columns.state') },
        cell: ({ row: { original } }) => (
          <ImageStateView team={team} image={original} upload={uploads.of(original.id)} />
        ),
      },
      {
        id: 'size',
        accessorFn: ({ sizeBytes }) => sizeBytes ?? 0,
        meta: { label: t('columns.size'), align: 'right', width: '90px' },
        cell: ({ row: { original } }) => (original.sizeBytes === null ? '–' : formatBytes(original.sizeBytes)),
      },
      {
        id: 'checksum',
        enableSorting: false,
        meta: { label: t('columns.checksum'), isWideOnly: true },
        cell: ({ row: { original } }) => <ChecksumOf image={original} />,
      },
      {
        id: 'copies',
        accessorFn: ({ copies }) => copies.length,
        meta: { label: t('columns.copies') },
        cell: ({ row: { original } }) => <CopiesOf team={team} image={original} />,
      },
      {
        id: 'machines',
        accessorFn: ({ machines }) => machines.length,
        meta: { label: t('columns.machines') },
        cell: ({ row: { original } }) => <MachineLinks team={team} names={original.machines} />,
      },
      {
        id: 'added',
        accessorFn: ({ createdAt }) => createdAt.getTime(),
        meta: { label: t('columns.added'), width: '110px', isRoomyOnly: true },
        cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
      },
    ],
    [t, team, uploads],
  );
}

interface OfImage {
  readonly image: ListedImage;
}

function NameOf({ image }: OfImage) {
  const t = useTranslations('images');
  const { name, system, format, architecture, url } = image;
  return (
    <div>
      {name}
      <Text size="xs" c="dimmed">
        {t(`systems.${system}`)} · {format} · {architecture}
      </Text>
      <Text size="xs" c="dimmed" truncate maw={320} {...(url !== null && { title: url })}>
        {url === null ? t('uploaded') : new URL(url).host}
      </Text>
    </div>
  );
}

function ChecksumOf({ image: { sha256, checksumGiven, state } }: OfImage) {
  const t = useTranslations('images');
  if (sha256 === null) return '–';
  return (
    <div>
      <Mono>{sha256.slice(0, 12)}…</Mono> <CopyButton value={sha256} name={t('columns.checksum')} />
      <Text size="xs" c="dimmed">
        {state === 'ready' ? t(checksumGiven ? 'checksum.checked' : 'checksum.received') : t('checksum.wanted')}
      </Text>
    </div>
  );
}

function CopiesOf({ team, image: { copies } }: OfImage & { readonly team: string }) {
  if (copies.length === 0) return '–';
  return copies.map(({ hypervisorHostId, hypervisor }, index) => (
    <span key={hypervisorHostId}>
      {index > 0 && ', '}
      <Anchor component={Link} size="sm" underline="always" href={paths.hypervisor(team, hypervisorHostId)}>
        {hypervisor}
      </Anchor>
    </span>
  ));
}
