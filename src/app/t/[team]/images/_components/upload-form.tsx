'use client';

import { Button, FileInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { formatBytes } from '@/lib/format/bytes';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { guessImage } from './guess-image';
import { ImageFields, noImage } from './image-fields';

export interface UploadFormProps {
  readonly team: string;
  readonly onCancel: () => void;
  readonly onBegun: (image: { readonly id: string; readonly name: string }, file: File) => void;
}

/** An image that this browser sends. */
export function UploadForm({ team, onCancel, onBegun }: UploadFormProps) {
  const t = useTranslations('images.form');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const form = useForm({ initialValues: noImage });
  const begin = useMutation(
    trpc.images.beginUpload.mutationOptions({
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const take = (chosen: File | null) => {
    setFile(chosen);
    if (!chosen || form.values.name !== '') return;
    form.setValues({ ...guessImage(chosen.name), name: chosen.name.slice(0, 64) });
  };
  const submit = form.onSubmit(async ({ sha256, ...input }) => {
    if (!file) return form.setFieldError('sizeBytes', t('needsFile'));
    const wanted = { team, ...input, sizeBytes: file.size, ...(sha256.trim() !== '' && { sha256 }) };
    // What it throws stands at the fields or below them.
    const begun = await begin.mutateAsync(wanted).catch(() => null);
    if (!begun) return;
    await queries.invalidateQueries({ queryKey: trpc.images.pathKey() });
    onBegun({ id: begun.id, name: input.name.trim() }, file);
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="md">
        <FileInput
          label={t('file')}
          description={t('fileHint')}
          required
          placeholder={t('chooseFile')}
          accept=".iso,.qcow2,.img,.raw"
          value={file}
          onChange={take}
          error={form.errors['sizeBytes']}
        />
        {file && (
          <Text size="xs" c="dimmed">
            {formatBytes(file.size)}
          </Text>
        )}
        <ImageFields inputProps={(field) => form.getInputProps(field)} />
        <CallError error={begin.error} fields={[...Object.keys(form.values), 'sizeBytes']} />
        <DialogFooter onCancel={onCancel} isPending={begin.isPending}>
          <Button type="submit" loading={begin.isPending}>
            {t('upload')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}
