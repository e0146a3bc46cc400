'use client';

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { useCopy } from '@/app/_ui/use-copy';

/** More than this is a file's work. */
const linesMax = 20_000;

export interface CopyLogProps {
  /** How many lines would be copied. */
  readonly count: number;
  /** Only the lines that the address points at. */
  readonly isRange: boolean;
  /** Fetches what is not there yet, and gives the lines without colour codes. */
  readonly read: () => Promise<string>;
}

/** Puts the lines of the view, or those that the address points at, on the clipboard. */
export function CopyLog({ count, isRange, read }: CopyLogProps) {
  const t = useTranslations('jobs.log');
  const common = useTranslations('common');
  const { outcome, copy } = useCopy();
  const [isReading, setReading] = useState(false);
  const idle = common('copyNamed', { name: isRange ? t('copyRange', { count }) : t('copy') });
  const label = { idle, copied: common('copied'), failed: common('copyFailed') }[outcome];
  const Icon = outcome === 'copied' ? IconCheck : IconCopy;

  const start = async () => {
    setReading(true);
    try {
      await copy(await read());
    } finally {
      setReading(false);
    }
  };
  const button = (
    <ActionIcon size={30} aria-label={label} loading={isReading} onClick={() => void start()}>
      <Icon size={18} stroke={1.6} aria-hidden />
    </ActionIcon>
  );
  if (count > linesMax) {
    return <DisabledReason reason={t('copyTooLong', { max: linesMax })}>{button}</DisabledReason>;
  }
  return <Tooltip label={label}>{button}</Tooltip>;
}
