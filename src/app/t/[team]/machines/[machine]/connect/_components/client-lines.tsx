'use client';

import { Paper, Stack, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CodeBlock } from '@/app/_ui/code-block';
import { type ClientShell, clientShells } from '@/lib/client-shell';
import { dockerClientLines } from '@/lib/docker-client-lines';

interface ClientLinesProps {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly folder: string;
  readonly onFolderChange: (folder: string) => void;
}

const linesFor = (shell: ClientShell, { name, address, port, folder }: ClientLinesProps) => {
  try {
    return dockerClientLines({ name, address, port, folder }, shell);
  } catch (error) {
    // The folder is free text: what no shell can hold is said at its field.
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/** The lines to type, with the machine's real names in them, for each shell. */
export function ClientLines(props: ClientLinesProps) {
  const t = useTranslations('connect.lines');
  const isUsable = linesFor('bash', props) !== null;
  return (
    <Paper withBorder p={16} component="section" aria-label={t('title')}>
      <Title order={2} size="h4">
        {t('title')}
      </Title>
      <Text size="sm" c="dimmed" mb={12}>
        {t('hint')}
      </Text>
      <TextInput
        label={t('folder')}
        description={t('folderHint')}
        value={props.folder}
        onChange={(event) => props.onFolderChange(event.currentTarget.value)}
        error={isUsable ? undefined : t('folderUnusable')}
        maw={480}
        mb={16}
        classNames={{ input: 'qm-mono' }}
      />
      <Tabs defaultValue="bash" keepMounted={false}>
        <Tabs.List aria-label={t('shell')}>
          {clientShells.map((shell) => (
            <Tabs.Tab key={shell} value={shell}>
              {t(`shells.${shell}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {clientShells.map((shell) => {
          const lines = linesFor(shell, props);
          if (!lines) return null;
          return (
            <Tabs.Panel key={shell} value={shell} pt={12}>
              <Stack gap={12}>
                <CodeBlock label={t('context')} code={[lines.createContext, lines.useContext].join('\n')} />
                <CodeBlock label={t('environment')} code={lines.setEnvironment.join('\n')} />
                <CodeBlock
                  label={t('undo')}
                  code={[...lines.unsetEnvironment, lines.leaveContext, lines.removeContext].join('\n')}
                />
              </Stack>
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Paper>
  );
}
