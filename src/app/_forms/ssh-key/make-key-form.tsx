'use client';

import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { type KeyFormProps, onlyHere } from './key-form';

/** The console makes the key; its private half never leaves it. */
export function MakeKeyForm({ team, onCancel, onMade }: KeyFormProps) {
  const t = useTranslations('sshKeys.new');
  const trpc = useTRPC();
  const form = useForm({ initialValues: { name: '' } });
  const make = useMutation(
    trpc.sshKeys.generate.mutationOptions({
      onSuccess: ({ id }) => onMade(id),
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const isAtField = findClientError(make.error)?.fieldErrors !== undefined;
  return (
    <form noValidate onSubmit={onlyHere(form.onSubmit((input) => make.mutate({ team, ...input })))}>
      <Stack gap="md">
        <Text>{t('makeHint')}</Text>
        <TextInput
          data-autofocus
          label={t('name')}
          placeholder={t('namePlaceholder')}
          required
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        {!isAtField && <CallError error={make.error} />}
        <DialogFooter onCancel={onCancel} isPending={make.isPending}>
          <Button type="submit" loading={make.isPending}>
            {t('make')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}
