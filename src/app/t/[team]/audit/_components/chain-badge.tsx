'use client';

import { Tooltip } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import { useTRPC } from '@/trpc/client';

/** Whether the log is as it was written. Computed again for each visit, after the page is there. */
export function ChainBadge({ team }: { readonly team: string }) {
  const t = useTranslations('audit.chain');
  const trpc = useTRPC();
  const { data: chain, isError } = useQuery(trpc.audit.verify.queryOptions({ team }, { staleTime: 0 }));
  if (isError) {
    return (
      <StatusBadge tone="attention" variant="soft">
        {t('unchecked')}
      </StatusBadge>
    );
  }
  if (!chain) {
    return (
      <StatusBadge tone="off" variant="soft">
        {t('checking')}
      </StatusBadge>
    );
  }
  const isIntact = chain.kind === 'intact';
  const hint = isIntact
    ? t('intactHint', { events: chain.events, hash: `${chain.lastHash?.slice(0, 16) ?? ''}…` })
    : `${t(chain.reason, { seq: chain.seq })} ${t('brokenHint')}`;
  return (
    <Tooltip label={hint}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the reason must be within reach of the keyboard */}
      <span tabIndex={0} role="note" aria-label={`${t(isIntact ? 'intact' : 'broken')}. ${hint}`}>
        <StatusBadge tone={isIntact ? 'ok' : 'failed'} variant="soft" icon={isIntact ? IconLock : IconLockOpen}>
          {t(isIntact ? 'intact' : 'broken')}
        </StatusBadge>
      </span>
    </Tooltip>
  );
}
