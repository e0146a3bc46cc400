'use client';

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'next-intl';

import { CodeBlock } from '@/app/_ui/code-block';
import { CopyLine } from '@/app/_ui/copy';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { RelativeTime } from '@/app/_ui/relative-time';
import { machineCan } from '@/lib/machine';
import { roleReaches } from '@/lib/role';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { useMachine } from '../../_components/use-machine';
import { SettingsForm } from './settings-form';

/** How the engine was set up, and the certificate that it serves. */
export function EngineSettings({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('machines.engine');
  const common = useTranslations('common');
  const actions = useTranslations('machines.actions');
  const machine = useMachine(team, initial);
  const certificate = machine.engineCertificate;
  const [isChanging, change] = useDisclosure(false);
  const whyNot = !roleReaches(role, 'admin')
    ? common('needsRole', { role: 'admin' })
    : Object.keys(machine.engineSettings).length === 0
      ? t('noSettings')
      : machineCan.applySettings(machine.state)
        ? undefined
        : actions('notWhile', { state: machine.state });
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
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('settings')}
          </Title>
          <DisabledReason reason={whyNot}>
            <Button variant="default" size="xs" onClick={change.open}>
              {t('changeAction')}
            </Button>
          </DisabledReason>
        </Group>
        <Text size="sm" c="dimmed" mb={12}>
          {t('settingsHint')}
        </Text>
        <CodeBlock code={JSON.stringify(machine.engineSettings, null, 2)} label={t('settings')} />
      </Paper>
      {isChanging && <SettingsForm team={team} machine={machine} onClose={change.close} />}
    </Stack>
  );
}
