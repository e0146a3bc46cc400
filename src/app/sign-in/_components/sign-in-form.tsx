'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { SignInFailure, type SignInRefusal } from '@/app/_account/sign-in-failure';
import { signInWithPassword } from '@/app/_account/sign-in-with-password';
import { useAccountRules } from '@/app/_account/use-account-rules';
import { SecretInput } from '@/app/_ui/secret-input';

/** Email and password; then on to `next` with a fresh page, so that nothing of an earlier session stays in memory. */
export function SignInForm({ next }: { readonly next: string }) {
  const t = useTranslations('signIn');
  const fields = useTranslations('account.fields');
  const rules = useAccountRules();
  const [refusal, setRefusal] = useState<SignInRefusal>();
  const [isPending, setIsPending] = useState(false);
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: rules.email, password: rules.typedPassword },
  });

  const submit = form.onSubmit(async (values) => {
    setIsPending(true);
    setRefusal(undefined);
    const outcome = await signInWithPassword(values);
    if (outcome.kind === 'signed-in') {
      window.location.assign(next);
      return;
    }
    setIsPending(false);
    setRefusal(outcome);
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={fields('email')}
          type="email"
          name="email"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('email')}
        />
        <SecretInput
          label={fields('password')}
          name="password"
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        {refusal && <SignInFailure outcome={refusal} />}
        <Button type="submit" fullWidth loading={isPending}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
