'use client';

import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDownload, IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { canUseWebCrypto, makeKeyAndRequest } from '@/lib/csr/request-key';
import { deviceNameSchema } from '@/lib/device-name';
import { useTRPCClient } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { Machine } from '../../_components/use-machine';
import { archiveFor, type ClientArchive, saveArchive } from './client-archive';

interface NewClientCertificateProps {
  readonly team: string;
  readonly machine: Machine;
  /** Called with the folder that the archive unpacks to. */
  readonly onSaved: (folder: string) => void;
}

const keyBits = 2048;

/** Makes a key in this browser, has the console sign its request, and hands both over as one archive. */
export function NewClientCertificate({ team, machine, onSaved }: NewClientCertificateProps) {
  const t = useTranslations('connect');
  const client = useTRPCClient();
  const [archive, setArchive] = useState<ClientArchive>();
  // Known only in the browser: the server draws the page without a word on it.
  const [isInsecure, setIsInsecure] = useState(false);
  useEffect(() => setIsInsecure(!canUseWebCrypto()), []);
  const form = useForm({
    initialValues: { deviceName: '' },
    validate: { deviceName: (value) => deviceNameSchema.safeParse(value).error?.issues[0]?.message ?? null },
  });
  const make = useMutation({
    mutationFn: async ({ deviceName }: { deviceName: string }) => {
      const made = await makeKeyAndRequest({ commonName: deviceName.trim(), bits: keyBits });
      const issued = await client.certificates.issue.mutate({ team, deviceName, csrPem: made.csrPem });
      return archiveFor({ team, machine, deviceName: deviceName.trim(), issued, privateKeyPem: made.privateKeyPem });
    },
    onSuccess: (made) => {
      setArchive(made);
      saveArchive(made);
      onSaved(made.unpackedFolder);
    },
    onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
  });
  return (
    <Paper withBorder p={16} component="section" aria-label={t('key.title')}>
      <Title order={2} size="h4">
        {t('key.title')}
      </Title>
      <Text size="sm" c="dimmed" mb={12}>
        {t('key.hint')}
      </Text>
      <Stack gap={12}>
        {isInsecure && (
          <Notice tone="attention" title={t('insecure.title')}>
            {t('insecure.hint')}
          </Notice>
        )}
        <form onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
          <Group align="flex-start" gap={8}>
            <TextInput
              label={t('key.device')}
              placeholder={t('key.deviceExample')}
              autoComplete="off"
              w={280}
              {...form.getInputProps('deviceName')}
            />
            <Button type="submit" mt={21} loading={make.isPending} leftSection={<IconKey size={16} aria-hidden />}>
              {t('key.make')}
            </Button>
          </Group>
        </form>
        {make.isPending && (
          <Text size="sm" aria-live="polite">
            {t('key.making')}
          </Text>
        )}
        <CallError error={make.error} />
        {archive && (
          <Notice
            tone="ok"
            role="status"
            title={t('saved.title', { file: archive.fileName })}
            actions={
              <Button
                variant="default"
                size="xs"
                leftSection={<IconDownload size={14} aria-hidden />}
                onClick={() => saveArchive(archive)}
              >
                {t('saved.again')}
              </Button>
            }
          >
            <Text size="sm">
              {t('saved.unpack')} <Mono>{archive.unpackedFolder}</Mono>
            </Text>
            <Text size="sm">
              {t('saved.expires')} <RelativeTime at={archive.notAfter} />
            </Text>
            <Text size="sm">
              {t('saved.fingerprint')} <Mono>{archive.fingerprint}</Mono>
            </Text>
          </Notice>
        )}
      </Stack>
    </Paper>
  );
}
