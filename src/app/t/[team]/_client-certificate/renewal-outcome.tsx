'use client';

import { Button, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';

import { RevokeDialog } from '../certificates/_actions/revoke-dialog';
import { SavedArchive } from './saved-archive';
import type { Renewal } from './use-renewal';

/** What came of a renewal, and the way to end the former certificate once the new one is in place. */
export function RenewalOutcome({ team, renewal }: { readonly team: string; readonly renewal: Renewal }) {
  const t = useTranslations('connect.renewed');
  const [isRevoking, setRevoking] = useState(false);
  const { data, former, error, pendingId } = renewal;
  if (pendingId !== undefined) {
    return (
      <Text size="sm" aria-live="polite">
        {t('making')}
      </Text>
    );
  }
  if (!data || !former) return <CallError error={error} />;
  return (
    <>
      <SavedArchive
        team={team}
        archive={data}
        actions={
          <Button size="xs" variant="default" onClick={() => setRevoking(true)}>
            {t('revokeFormer')}
          </Button>
        }
      >
        <Text size="sm">{t('formerHint')}</Text>
      </SavedArchive>
      {isRevoking && (
        <RevokeDialog
          team={team}
          ids={[former.id]}
          subject={t('former', { device: former.deviceName })}
          reason="superseded"
          onClose={() => setRevoking(false)}
        />
      )}
    </>
  );
}
