'use client';

import { Anchor, Stack, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CodeBlock } from '@/app/_ui/code-block';
import { authorizeKeyCommand } from '@/lib/authorize-key-command';

export interface AuthorizeKeyProps {
  readonly sshKey: { readonly publicKey: string; readonly fingerprint: string };
  /** Open from the beginning: nobody can have put a key that was just made on the host. */
  readonly isOpen: boolean;
}

/** The fingerprint of a key, and how to let it sign in to a host. */
export function AuthorizeKey({ sshKey, isOpen }: AuthorizeKeyProps) {
  const t = useTranslations('sshKeys');
  const [isShown, setIsShown] = useState<boolean>();
  const shown = isShown ?? isOpen;
  return (
    <Stack gap={6}>
      <Text size="xs" c="dimmed">
        <span className="qm-mono">{sshKey.fingerprint}</span>{' '}
        <Anchor component="button" type="button" size="xs" aria-expanded={shown} onClick={() => setIsShown(!shown)}>
          {shown ? t('hideLine') : t('showLine')}
        </Anchor>
      </Text>
      {shown && (
        <>
          <Text size="sm">{t('authorizeHint')}</Text>
          <CodeBlock label={t('authorize')} code={authorizeKeyCommand(sshKey.publicKey)} />
          <CodeBlock label={t('line')} code={sshKey.publicKey} />
        </>
      )}
    </Stack>
  );
}
