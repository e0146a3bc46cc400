'use client';

import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconKey, IconSignature } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { FileDrop } from '@/app/_ui/file-drop';
import { deviceNameSchema } from '@/lib/device-name';
import { useTRPC, useTRPCClient } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { ReachableEngine } from '../../_client-certificate/client-archive';
import { InsecureNotice } from '../../_client-certificate/insecure-notice';
import { SavedArchive } from '../../_client-certificate/saved-archive';
import { useNewCertificate } from '../../_client-certificate/use-new-certificate';

export interface NewCertificateDialogProps {
  readonly team: string;
  readonly engines: readonly ReachableEngine[];
  /** The team's policy takes requests that were made elsewhere. */
  readonly csrFilesAllowed: boolean;
  /** Filled in where a device gets another certificate. */
  readonly deviceName?: string;
  readonly onClose: () => void;
}

interface Values {
  readonly deviceName: string;
  readonly origin: 'browser' | 'file';
  readonly fileName: string;
  readonly csrPem: string;
}

/** Makes a certificate for one device: the key in this browser, or a request for a key that is elsewhere. */
export function NewCertificateDialog({ onClose, ...props }: NewCertificateDialogProps) {
  const t = useTranslations('certificates.new');
  return (
    <Dialog opened onClose={onClose} title={t('title')} size="lg">
      <NewCertificateForm {...props} onClose={onClose} />
    </Dialog>
  );
}

function NewCertificateForm({ team, engines, csrFilesAllowed, deviceName = '', onClose }: NewCertificateDialogProps) {
  const t = useTranslations('certificates.new');
  const form = useValues(deviceName);
  const make = useMake({ team, engines, onError: form.setErrors });
  const isFromFile = form.values.origin === 'file';
  if (make.data) {
    return (
      <Stack gap="md">
        <SavedArchive team={team} archive={make.data} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('done')}</Button>
        </Group>
      </Stack>
    );
  }
  const submit = form.onSubmit((values) =>
    make.mutate({ deviceName: values.deviceName, ...(isFromFile && { csrPem: values.csrPem }) }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('device')}
          description={t('deviceHint')}
          autoComplete="off"
          {...form.getInputProps('deviceName')}
        />
        <div>
          <SegmentedControl
            aria-label={t('origin')}
            value={form.values.origin}
            onChange={(origin) => form.setFieldValue('origin', origin === 'file' ? 'file' : 'browser')}
            data={[
              { value: 'browser', label: t('browser') },
              { value: 'file', label: t('file'), disabled: !csrFilesAllowed },
            ]}
          />
          <Text size="sm" c="dimmed" mt={8}>
            {t(isFromFile ? 'fileHint' : 'browserHint')} {!csrFilesAllowed && t('fileForbidden')}
          </Text>
        </div>
        {isFromFile ? (
          <FileDrop
            label={t('csr')}
            accept=".csr,.pem,.req"
            sizeMaxBytes={16_384}
            fileName={form.values.fileName || undefined}
            error={form.errors['csrPem']}
            onFile={({ name, text }) => form.setValues({ fileName: name, csrPem: text })}
          />
        ) : (
          <InsecureNotice />
        )}
        <CallError error={make.error} fields={['deviceName', 'csrPem']} />
        <DialogFooter onCancel={onClose} isPending={make.isPending}>
          <Button
            type="submit"
            loading={make.isPending}
            leftSection={isFromFile ? <IconSignature size={16} aria-hidden /> : <IconKey size={16} aria-hidden />}
          >
            {t(isFromFile ? 'submitFile' : 'submitBrowser')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}

function useValues(deviceName: string) {
  const t = useTranslations('certificates.new');
  return useForm<Values>({
    initialValues: { deviceName, origin: 'browser', fileName: '', csrPem: '' },
    validate: {
      deviceName: (value) => deviceNameSchema.safeParse(value).error?.issues[0]?.message ?? null,
      csrPem: (value, { origin }) => (origin === 'file' && value.trim() === '' ? t('csrMissing') : null),
    },
  });
}

interface MakeOptions extends Pick<NewCertificateDialogProps, 'team' | 'engines'> {
  readonly onError: (errors: Record<string, string>) => void;
}

function useMake({ team, engines, onError }: MakeOptions) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useNewCertificate({
    team,
    engines,
    sign: (request) => client.certificates.issue.mutate({ team, ...request }),
    onSaved: () => void queryClient.invalidateQueries(trpc.certificates.pathFilter()),
    onError: (error) => onError({ ...findClientError(error)?.fieldErrors }),
  });
}
