'use client';

import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRef } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { LinkButton } from '@/app/_ui/link-button';
import { Notice } from '@/app/_ui/notice';
import { SecretInput } from '@/app/_ui/secret-input';
import { paths } from '@/lib/paths';
import type { RouterOutputs } from '@/trpc/client';

import { ClientCertificatesField } from './client-certificates-field';
import { PemField } from './pem-field';
import { useImport } from './use-import';

export interface ImportAuthorityDialogProps {
  readonly team: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Takes a CA pair, such as docker-machine's, by file or by clipboard. */
export function ImportAuthorityDialog({ team, isOpen, onClose }: ImportAuthorityDialogProps) {
  const t = useTranslations('authorities.import');
  return (
    // The key is gone when the dialog closes: not by a click beside it.
    <Dialog opened={isOpen} onClose={onClose} title={t('title')} size="lg" closeOnClickOutside={false}>
      <ImportForm team={team} onClose={onClose} />
    </Dialog>
  );
}

function ImportForm({ team, onClose }: Omit<ImportAuthorityDialogProps, 'isOpen'>) {
  const t = useTranslations('authorities.import');
  const element = useRef<HTMLFormElement>(null);
  const { form, submit, imported, error, isPending } = useImport(team, element);
  if (imported) return <Imported team={team} imported={imported} onClose={onClose} />;
  const { values, errors } = form;
  return (
    <form ref={element} noValidate onSubmit={submit}>
      <Stack gap={16}>
        <Text c="dimmed">{t('hint')}</Text>
        <PemField
          label={t('certificate')}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={values.certificatePem}
          error={errors['certificatePem']}
          onChange={(value) => form.setFieldValue('certificatePem', value)}
        />
        <PemField
          label={t('key')}
          placeholder="-----BEGIN RSA PRIVATE KEY-----"
          value={values.keyPem}
          error={errors['keyPem']}
          onChange={(value) => form.setFieldValue('keyPem', value)}
        />
        <SecretInput label={t('passphrase')} description={t('passphraseHint')} {...form.getInputProps('passphrase')} />
        <Checkbox
          label={t('alsoClients')}
          description={t('alsoClientsHint')}
          {...form.getInputProps('alsoClients', { type: 'checkbox' })}
        />
        {values.alsoClients && (
          <ClientCertificatesField
            team={team}
            value={values.clients}
            onChange={(clients) => form.setFieldValue('clients', clients)}
            errorAt={(index) => errors[`clientCertificates.${index}.pem`]}
          />
        )}
        <CallError error={error} fields={[...Object.keys(values), ...Object.keys(errors)]} />
        <DialogFooter onCancel={onClose} isPending={isPending}>
          <Button type="submit" loading={isPending}>
            {t('submit')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}

interface ImportedProps {
  readonly team: string;
  readonly imported: RouterOutputs['authorities']['import'];
  readonly onClose: () => void;
}

/** What has become of the CA: in use at once, or to be moved to. */
function Imported({ team, imported, onClose }: ImportedProps) {
  const t = useTranslations('authorities');
  const common = useTranslations('common');
  const access = useTranslations('machines.access');
  return (
    <Stack gap={16}>
      <Notice tone="ok" role="status" title={t('import.done')}>
        {t(imported.rotationId === null ? 'import.doneHint' : 'import.rotates')}{' '}
        {imported.changeId !== null && (
          <Link href={paths.accessChange(team, imported.changeId)}>{access('receipt')}</Link>
        )}
      </Notice>
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={onClose}>
          {common('close')}
        </Button>
        {imported.rotationId !== null && <LinkButton href={paths.rotation(team)}>{t('rotation.open')}</LinkButton>}
      </Group>
    </Stack>
  );
}
