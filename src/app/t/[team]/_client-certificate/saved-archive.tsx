'use client';

import { Button, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { LinkButton } from '@/app/_ui/link-button';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';

import { type ClientArchive, saveArchive } from './client-archive';

export interface SavedArchiveProps {
  readonly team: string;
  readonly archive: ClientArchive;
  /** Further ways on. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** What was saved, where it belongs and until when it holds. The key is gone with the page: until then it can be saved again. */
export function SavedArchive({ team, archive, actions, children }: SavedArchiveProps) {
  const t = useTranslations('connect.saved');
  return (
    <Notice
      tone="ok"
      role="status"
      title={t('title', { file: archive.fileName })}
      actions={
        <>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saveArchive(archive)}
          >
            {t('again')}
          </Button>
          {archive.changeId !== null && (
            <LinkButton variant="default" size="xs" href={paths.accessChange(team, archive.changeId)}>
              {t('receipt')}
            </LinkButton>
          )}
          {actions}
        </>
      }
    >
      <Text size="sm">
        {t('unpack')} <Mono>{archive.unpackedFolder}</Mono>
      </Text>
      <Text size="sm">
        {t('expires')} <RelativeTime at={archive.notAfter} />
      </Text>
      <Text size="sm">
        {t('fingerprint')} <Mono>{archive.fingerprint}</Mono>
      </Text>
      {children}
    </Notice>
  );
}
