'use client';

import { Button, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { FileDrop, type TextFile } from '@/app/_ui/file-drop';
import { SecretInput } from '@/app/_ui/secret-input';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { type KeyFormProps, onlyHere } from './key-form';

/** The member brings a private key, by file or by clipboard. */
export function ImportKeyForm({ team, onCancel, onMade }: KeyFormProps) {
  const t = useTranslations('sshKeys.new');
  const trpc = useTRPC();
  const [fileName, setFileName] = useState<string>();
  const form = useForm({ initialValues: { name: '', privateKey: '', passphrase: '' } });
  const keep = useMutation(
    trpc.sshKeys.create.mutationOptions({
      onSuccess: ({ id }) => onMade(id),
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const isAtField = findClientError(keep.error)?.fieldErrors !== undefined;

  const take = ({ name, text }: TextFile) => {
    setFileName(name);
    form.setFieldValue('privateKey', text);
    if (form.values.name === '') form.setFieldValue('name', name);
  };
  const submit = form.onSubmit(({ passphrase, ...input }) =>
    keep.mutate({ team, ...input, ...(passphrase !== '' && { passphrase }) }),
  );
  return (
    <form noValidate onSubmit={onlyHere(submit)}>
      <Stack gap="md">
        <FileDrop label={t('file')} description={t('fileHint')} fileName={fileName} onFile={take} />
        <Textarea
          label={t('privateKey')}
          required
          autosize
          minRows={5}
          maxRows={10}
          placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'qm-mono' }}
          {...form.getInputProps('privateKey')}
        />
        <SecretInput label={t('passphrase')} description={t('passphraseHint')} {...form.getInputProps('passphrase')} />
        <TextInput label={t('name')} required autoComplete="off" {...form.getInputProps('name')} />
        {!isAtField && <CallError error={keep.error} />}
        <DialogFooter onCancel={onCancel} isPending={keep.isPending}>
          <Button type="submit" loading={keep.isPending}>
            {t('keep')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}
