'use client';

import { Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { CallError } from '@/app/_account/call-error';
import { deviceNameSchema } from '@/lib/device-name';
import { paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { ReachableEngine } from '../../../../_client-certificate/client-archive';
import { InsecureNotice } from '../../../../_client-certificate/insecure-notice';
import { SavedArchive } from '../../../../_client-certificate/saved-archive';
import { useNewCertificate } from '../../../../_client-certificate/use-new-certificate';
import { OwnCertificates } from './own-certificates';

interface NewClientCertificateProps {
  readonly team: string;
  readonly engine: ReachableEngine;
  /** The folder that the lines on the page speak of. */
  readonly folder: string;
  /** Called with the folder that the archive of a device unpacks to. */
  readonly onFolder: (folder: string) => void;
}

/** The member's certificates for this engine: those that devices hold already, and a new one whose key is made here. */
export function NewClientCertificate({ team, engine, folder, onFolder }: NewClientCertificateProps) {
  const t = useTranslations('connect');
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { deviceName: '' },
    validate: { deviceName: (value) => deviceNameSchema.safeParse(value).error?.issues[0]?.message ?? null },
  });
  const make = useNewCertificate({
    team,
    engines: [engine],
    sign: (request) => client.certificates.issue.mutate({ team, ...request }),
    onSaved: (archive) => {
      onFolder(archive.unpackedFolder);
      void queryClient.invalidateQueries(trpc.certificates.pathFilter());
    },
    onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
  });
  return (
    <Paper withBorder p={16} component="section" aria-label={t('key.title')}>
      <Title order={2} size="h4">
        {t('key.title')}
      </Title>
      <Text size="sm" c="dimmed" mb={12}>
        {t('key.hint')}{' '}
        <Anchor component={Link} href={paths.certificates(team)} inherit underline="always">
          {t('key.devices')}
        </Anchor>
      </Text>
      <Stack gap={12}>
        <OwnCertificates team={team} engine={engine} folder={folder} onFolder={onFolder} />
        <InsecureNotice />
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
        <CallError error={make.error} fields={['deviceName']} />
        {make.data && <SavedArchive team={team} archive={make.data} />}
      </Stack>
    </Paper>
  );
}
