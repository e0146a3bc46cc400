'use client';

import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { Section } from '@/app/_account/section';
import { teamNameSchema } from '@/lib/team-name';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { PolicyLink } from './policy-link';

/** The team's name, for owners to change. */
export function TeamForm({ team: initial }: { readonly team: RouterOutputs['team']['get'] }) {
  const t = useTranslations('settings');
  const setup = useTranslations('setup.errors');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: team } = useQuery(trpc.team.get.queryOptions({ team: initial.slug }, { initialData: initial }));
  const form = useForm({
    initialValues: { name: initial.name },
    validate: { name: (value) => (teamNameSchema.safeParse(value).success ? null : setup('teamName')) },
  });
  const save = useMutation(
    trpc.team.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        // The frame shows the team's name.
        router.refresh();
        await queryClient.invalidateQueries(trpc.team.get.queryFilter({ team: initial.slug }));
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const submit = form.onSubmit(({ name }) => save.mutate({ team: initial.slug, name }));
  return (
    <form onSubmit={submit} noValidate>
      <Section title={t('team.nameTitle')} hint={t('team.nameHint', { slug: team.slug })}>
        <TextInput label={t('team.name')} name="team-name" maw={420} {...form.getInputProps('name')} />
      </Section>
      <Stack gap="md" mt={16}>
        <CallError error={save.error} fields={Object.keys(form.values)} />
        <SaveButton
          isPending={save.isPending}
          isSaved={save.isSuccess && !form.isDirty()}
          reason={form.isDirty() ? undefined : t('unchanged')}
        />
        <PolicyLink team={team.slug} />
      </Stack>
    </form>
  );
}
