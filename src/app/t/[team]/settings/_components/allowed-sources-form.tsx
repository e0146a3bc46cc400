'use client';

import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { Section } from '@/app/_account/section';
import { ValuesInput } from '@/app/_ui/values-input';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

/** From where machines in clouds may be reached, for owners to change. */
export function AllowedSourcesForm({ team }: { readonly team: RouterOutputs['team']['get'] }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { sources: [...team.allowedSources] } });
  const save = useMutation(
    trpc.team.setAllowedSources.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        await queries.invalidateQueries(trpc.team.get.queryFilter({ team: team.slug }));
      },
      onError: (error) => {
        const [wrong] = Object.entries(findClientError(error)?.fieldErrors ?? {});
        if (!wrong) return;
        const [path, message] = wrong;
        const value = form.values.sources[Number(path.split('.')[1])];
        form.setErrors({ sources: value === undefined ? message : `${value}: ${message}` });
      },
    }),
  );
  const submit = form.onSubmit(({ sources }) => save.mutate({ team: team.slug, sources }));
  const isAtField = form.errors['sources'] !== undefined;
  return (
    <form onSubmit={submit} noValidate>
      <Section title={t('sources.title')} hint={t('sources.hint')}>
        <ValuesInput
          label={t('sources.label')}
          placeholder="198.51.100.0/24"
          maw={420}
          {...form.getInputProps('sources')}
        />
      </Section>
      <Stack gap="md" mt={16}>
        {!isAtField && <CallError error={save.error} />}
        <SaveButton
          isPending={save.isPending}
          isSaved={save.isSuccess && !form.isDirty()}
          reason={form.isDirty() ? undefined : t('unchanged')}
        />
      </Stack>
    </form>
  );
}
