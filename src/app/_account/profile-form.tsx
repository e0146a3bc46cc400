'use client';

import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { useTRPC } from '@/trpc/client';

import { CallError } from './call-error';
import { SaveButton } from './save-button';
import { Section } from './section';
import { useAccountRules } from './use-account-rules';

export interface ProfileFormProps {
  readonly user: { readonly name: string; readonly email: string };
}

/** The caller's own name. */
export function ProfileForm({ user }: ProfileFormProps) {
  const t = useTranslations('settings');
  const fields = useTranslations('account.fields');
  const rules = useAccountRules();
  const router = useRouter();
  const trpc = useTRPC();
  const form = useForm({ initialValues: { name: user.name }, validate: { name: rules.name } });
  const rename = useMutation(
    trpc.session.rename.mutationOptions({
      onSuccess: (_answer, { name }) => {
        form.setInitialValues({ name: name.trim() });
        form.reset();
        router.refresh();
      },
    }),
  );
  return (
    <Section title={t('account.profile')} hint={t('account.profileHint', { email: user.email })}>
      <form onSubmit={form.onSubmit((values) => rename.mutate(values))} noValidate>
        <Stack gap="md" maw={420}>
          <TextInput label={fields('name')} name="name" autoComplete="name" {...form.getInputProps('name')} />
          <CallError error={rename.error} />
          <SaveButton
            isPending={rename.isPending}
            isSaved={rename.isSuccess && !form.isDirty()}
            reason={form.isDirty() ? undefined : t('unchanged')}
          />
        </Stack>
      </form>
    </Section>
  );
}
