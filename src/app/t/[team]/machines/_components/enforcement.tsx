'use client';

import { Group, Tooltip } from '@mantine/core';
import { IconDoor, IconEngine, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';

/** What decides on the engine's port who gets in. */
export type Enforcement = 'gate' | 'engine';

const icons: Readonly<Record<Enforcement, TablerIcon>> = { gate: IconDoor, engine: IconEngine };

/** The one word, with its icon. */
export function EnforcementWord({ enforcement }: { readonly enforcement: Enforcement }) {
  const t = useTranslations('machines.enforcement');
  const Icon = icons[enforcement];
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex" component="span">
      <Icon size={16} stroke={1.6} aria-hidden />
      <span>{t(enforcement)}</span>
    </Group>
  );
}

/** Says that the host lags behind what is wanted of it, and since when. Nothing where it does not. */
export function PendingBadge({ since }: { readonly since: Date | null }) {
  const t = useTranslations('machines.enforcement');
  if (since === null) return null;
  return (
    <Tooltip label={t('pendingSince')}>
      <span>
        <StatusBadge tone="attention">
          {t('pending')} · <RelativeTime at={since} />
        </StatusBadge>
      </span>
    </Tooltip>
  );
}
