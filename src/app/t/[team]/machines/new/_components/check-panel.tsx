'use client';

import { Button, Text, VisuallyHidden } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { CheckList } from '@/app/_forms/check/check-list';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import { checkVerdict } from '@/lib/host-check';
import { findClientError } from '@/trpc/client-error';

import type { LiveCheck } from './use-live-check';

import classes from './new-machine.module.css';

const tones = { ok: 'ok', warning: 'attention', failed: 'failed' } as const satisfies Record<string, Tone>;

/** The check of the host, as it runs and when it has ended. */
export function CheckPanel({ check, missingTitles }: { readonly check: LiveCheck; readonly missingTitles: string }) {
  const t = useTranslations('checks');
  const { view, isRunning, canCheck, isStale } = check;
  const verdict = checkVerdict(view);
  const isFieldError = findClientError(check.error)?.code === 'input.invalid';
  return (
    <section aria-labelledby="check-title" className={classes['panel']}>
      <div className={classes['panelHead']}>
        <h2 id="check-title">{t('title')}</h2>
        {verdict && (
          <StatusBadge tone={tones[verdict]} variant="soft">
            {t(`verdicts.${verdict}`)}
          </StatusBadge>
        )}
        {canCheck && (
          <Button
            size="compact-xs"
            variant="default"
            loading={isRunning}
            leftSection={<IconRefresh size={14} stroke={1.8} aria-hidden />}
            onClick={check.start}
          >
            {t(view.probes.length > 0 ? 'again' : 'run')}
          </Button>
        )}
      </div>
      <VisuallyHidden component="output">{verdict && t(`verdicts.${verdict}`)}</VisuallyHidden>
      {!canCheck && <Text c="dimmed">{t('waitsFor', { fields: missingTitles })}</Text>}
      {canCheck && isFieldError && <Text c="dimmed">{t('fieldsFirst')}</Text>}
      {canCheck && !isFieldError && <CallError error={check.error} />}
      {canCheck && view.probes.length > 0 && <CheckList probes={view.probes} />}
      {isStale && !isRunning && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('stale')}
        </Text>
      )}
    </section>
  );
}
