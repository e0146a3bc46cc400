'use client';

import { Group, NumberInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CodeBlock } from '@/app/_ui/code-block';
import { Notice } from '@/app/_ui/notice';

import type { Machine } from '../../_components/use-machine';
import type { Way } from './use-way';

export interface WayNoticeProps {
  readonly machine: Machine;
  readonly address: string;
  readonly way: Way;
}

/** Where the engine is on a network of its hypervisor host alone: the tunnel to type first, or that only that computer reaches it. */
export function WayNotice({ machine, address, way }: WayNoticeProps) {
  const t = useTranslations('connect.way');
  if (!machine.way) return null;
  const { hypervisor } = machine.way;
  const { tunnel } = way;
  if (!tunnel) {
    return (
      <Notice tone="attention" title={t('localTitle')}>
        {t('localHint', { address, hypervisor })}
      </Notice>
    );
  }
  return (
    <Paper withBorder p={16} component="section" aria-label={t('title')}>
      <Title order={2} size="h4">
        {t('title')}
      </Title>
      <Text size="sm" c="dimmed" mb={12}>
        {t('hint', { address, hypervisor })}
      </Text>
      <Stack gap={12}>
        <Group gap={12} align="flex-start">
          <TextInput
            label={t('user')}
            description={t('userHint', { hypervisor })}
            value={tunnel.user}
            onChange={(event) => tunnel.setUser(event.currentTarget.value)}
            error={tunnel.line === null && t('unusable')}
            autoComplete="off"
            classNames={{ input: 'qm-mono' }}
          />
          <NumberInput
            label={t('localPort')}
            description={t('localPortHint')}
            value={tunnel.localPort}
            onChange={(value) => tunnel.setLocalPort(typeof value === 'number' ? value : '')}
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
          />
        </Group>
        {tunnel.line !== null && <CodeBlock label={t('line')} code={tunnel.line} />}
        <Text size="sm">{t('leaveOpen')}</Text>
      </Stack>
    </Paper>
  );
}
