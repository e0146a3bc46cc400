'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import type { CatalogueImage } from '@/lib/catalogue-image';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { guessImage } from './guess-image';
import { ImageFields, noImage } from './image-fields';

export interface AddressFormProps {
  readonly team: string;
  /** One of the catalogue, whose address may be changed into a mirror's. */
  readonly known?: CatalogueImage | undefined;
  readonly onCancel: () => void;
  readonly onAdded: () => void;
}

/** An image that the console fetches. */
export function AddressForm({ team, known, onCancel, onAdded }: AddressFormProps) {
  const t = useTranslations('images.form');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { ...noImage, url: '', ...known, checksumUrl: known?.checksumUrl ?? '' },
  });
  const add = useMutation(
    trpc.images.add.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.images.pathKey() });
        onAdded();
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const submit = form.onSubmit(({ sha256, checksumUrl, ...input }) =>
    add.mutate({
      team,
      ...input,
      ...(sha256.trim() !== '' && { sha256 }),
      ...(checksumUrl.trim() !== '' && { checksumUrl }),
    }),
  );
  const guess = () => {
    const file = form.values.url.trim().split(/[?#]/)[0]?.split('/').at(-1) ?? '';
    if (form.values.name !== '' || file === '') return;
    form.setValues({ ...guessImage(form.values.url), name: file.slice(0, 64) });
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('url')}
          description={t('urlHint')}
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="https://mirror.example.test/debian-13-genericcloud-amd64.qcow2"
          classNames={{ input: 'qm-mono' }}
          {...form.getInputProps('url')}
          onBlur={guess}
        />
        <ImageFields inputProps={(field) => form.getInputProps(field)} />
        <TextInput
          label={t('checksumUrl')}
          description={t('checksumUrlHint')}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'qm-mono' }}
          {...form.getInputProps('checksumUrl')}
        />
        <CallError error={add.error} fields={Object.keys(form.values)} />
        <DialogFooter onCancel={onCancel} isPending={add.isPending}>
          <Button type="submit" loading={add.isPending}>
            {t('fetch')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}
