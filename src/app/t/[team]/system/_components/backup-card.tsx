'use client';

import { Button, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';

import { NewPasswordInput } from '@/app/_account/new-password-input';
import { Section } from '@/app/_account/section';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { SecretInput } from '@/app/_ui/secret-input';
import { backupPassphraseLength } from '@/lib/backup';
import { paths } from '@/lib/paths';
import type { RouterOutputs } from '@/trpc/client';

type LastBackup = RouterOutputs['system']['get']['lastBackup'];

/** One button to an encrypted archive of everything. A plain form, so that the browser saves it as it comes. */
export function BackupCard({ lastBackup }: { readonly lastBackup: LastBackup }) {
  const t = useTranslations('system.backup');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  const [hasBegun, setHasBegun] = useState(false);
  const problem = problemOf(passphrase, again);
  const submit = (event: FormEvent) => {
    setIsAsked(true);
    if (problem) event.preventDefault();
    else setHasBegun(true);
  };
  return (
    <Section title={t('title')} hint={t('hint')}>
      <form method="post" action={paths.backup()} onSubmit={submit} noValidate>
        <Stack gap="md">
          <NewPasswordInput
            label={t('passphrase')}
            name="passphrase"
            least={backupPassphraseLength.min}
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            error={isAsked && problem === 'short' && t('short', backupPassphraseLength)}
          />
          <SecretInput
            label={t('again')}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            error={isAsked && problem === 'different' && t('different')}
          />
          <div aria-live="polite">{hasBegun && <Notice tone="active" title={t('begun')} />}</div>
          <div>
            <Button type="submit" leftSection={<IconDownload size={16} aria-hidden />}>
              {t('download')}
            </Button>
          </div>
          <Text size="sm" c="dimmed">
            {lastBackup ? t('last', { name: lastBackup.byName }) : t('never')}{' '}
            {lastBackup && <RelativeTime at={lastBackup.at} />}
          </Text>
        </Stack>
      </form>
    </Section>
  );
}

const problemOf = (passphrase: string, again: string): 'short' | 'different' | null => {
  if (passphrase.length < backupPassphraseLength.min) return 'short';
  return passphrase === again ? null : 'different';
};
