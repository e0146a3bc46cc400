'use client';

import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { Notice } from '@/app/_ui/notice';
import { SecretInput } from '@/app/_ui/secret-input';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { CallError } from './call-error';
import { NewPasswordInput } from './new-password-input';
import { SaveButton } from './save-button';
import { Section } from './section';
import { useAccountRules } from './use-account-rules';

const empty = { currentPassword: '', newPassword: '' };

export interface PasswordFormProps {
  readonly user: { readonly name: string; readonly email: string };
}

/** The caller's own password. */
export function PasswordForm({ user }: PasswordFormProps) {
  const t = useTranslations('settings.account');
  const fields = useTranslations('account.fields');
  const rules = useAccountRules();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: empty,
    validate: { currentPassword: rules.typedPassword, newPassword: rules.newPassword },
  });
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: async () => {
        form.reset();
        await queryClient.invalidateQueries(trpc.session.list.queryFilter());
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  return (
    <Section title={t('password')} hint={t('passwordHint')}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack gap="md" maw={420}>
          {/* Tells password managers whose password this is. */}
          <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
          <SecretInput
            label={fields('currentPassword')}
            name="current-password"
            autoComplete="current-password"
            {...form.getInputProps('currentPassword')}
          />
          <NewPasswordInput
            label={fields('newPassword')}
            name="new-password"
            own={[user.name, user.email]}
            {...form.getInputProps('newPassword')}
          />
          <CallError error={change.error} fields={Object.keys(form.values)} />
          <div aria-live="polite">
            {change.data && !form.isDirty() && (
              <Notice tone="ok" title={t('passwordChanged')}>
                {t('passwordChangedHint', { count: change.data.endedSessions })}
              </Notice>
            )}
          </div>
          <SaveButton isPending={change.isPending} isSaved={false} label={t('changePassword')} />
        </Stack>
      </form>
    </Section>
  );
}
