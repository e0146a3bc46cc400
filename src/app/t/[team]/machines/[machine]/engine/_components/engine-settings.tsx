'use client';

import { Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CodeBlock } from '@/app/_ui/code-block';
import { CopyLine } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { RelativeTime } from '@/app/_ui/relative-time';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { useMachine } from '../../_components/use-machine';

/** How the engine was set up, and the certificate that it serves. */
export function EngineSettings({ team, initial }: MachineTabProps) {
  const t = useTranslations('machines.engine');
  const machine = useMachine(team, initial);
  const certificate = machine.engineCertificate;
  return (
    <Stack gap={16}>
      <Paper withBorder p={16} component="section" aria-label={t('certificate')}>
        <Title order={2} size="h4" mb={12}>
          {t('certificate')}
        </Title>
        {certificate ? (
          <KeyValueList
            items={[
              {
                key: 'fingerprint',
                label: t('fingerprint'),
                value: <CopyLine value={certificate.fingerprint} name={t('fingerprint')} />,
              },
              { key: 'names', label: t('names'), value: certificate.sans.join(', ') },
              { key: 'expires', label: t('expires'), value: <RelativeTime at={certificate.notAfter} /> },
            ]}
          />
        ) : (
          <Text c="dimmed">{t('noCertificate')}</Text>
        )}
      </Paper>
      <Paper withBorder p={16} component="section" aria-label={t('settings')}>
        <Title order={2} size="h4">
          {t('settings')}
        </Title>
        <Text size="sm" c="dimmed" mb={12}>
          {t('settingsHint')}
        </Text>
        <CodeBlock code={JSON.stringify(machine.engineSettings, null, 2)} label={t('settings')} />
      </Paper>
    </Stack>
  );
}
