'use client';

import { ActionIcon, UnstyledButton } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import classes from './frame.module.css';

const isApple = (os: ReturnType<typeof useOs>) => os === 'macos' || os === 'ios';

/** Opens the palette and teaches its shortcut. */
export function PaletteButton() {
  const t = useTranslations('frame.palette');
  const os = useOs();
  return (
    <>
      <UnstyledButton
        className={classes['search']}
        visibleFrom="xs"
        onClick={spotlight.open}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <IconSearch size={16} stroke={1.6} aria-hidden />
        <span>{t('open')}</span>
        <kbd aria-hidden>{isApple(os) ? '⌘ K' : 'Ctrl K'}</kbd>
      </UnstyledButton>
      <ActionIcon hiddenFrom="xs" size={36} aria-label={t('openShort')} onClick={spotlight.open}>
        <IconSearch size={20} stroke={1.6} aria-hidden />
      </ActionIcon>
    </>
  );
}
