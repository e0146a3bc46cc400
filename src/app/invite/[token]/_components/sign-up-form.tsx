'use client';

import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { NewPasswordInput } from '@/app/_account/new-password-input';
import { signInWithPassword } from '@/app/_account/sign-in-with-password';
import { useAccountRules } from '@/app/_account/use-account-rules';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

export interface SignUpFormProps {
  readonly token: string;
  readonly team: { readonly slug: string; readonly name: string };
  /** The only address that may use the link. */
  readonly email: string | null;
}

/** An account for whoever was invited; then signed in, on the team's first page. */
export function SignUpForm({ token, team, email }: SignUpFormProps) {
  const t = useTranslations('invite');
  const fields = useTranslations('account.fields');
  const rules = useAccountRules();
  const trpc = useTRPC();
  const signUp = useMutation(trpc.invitations.signUp.mutationOptions());
  const [isEntering, setIsEntering] = useState(false);
  const form = useForm({
    initialValues: { name: '', email: email ?? '', password: '' },
    validate: { name: rules.name, email: rules.email, password: rules.newPassword },
  });

  const enter = async (credentials: { email: string; password: string }) => {
    setIsEntering(true);
    const outcome = await signInWithPassword(credentials);
    window.location.assign(outcome.kind === 'signed-in' ? paths.machines(team.slug) : paths.signIn());
  };

  const submit = form.onSubmit((input) =>
    signUp.mutate(
      { ...input, token },
      {
        onSuccess: () => void enter({ email: input.email, password: input.password }),
        onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
      },
    ),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput label={fields('name')} name="name" autoComplete="name" {...form.getInputProps('name')} />
        <TextInput
          label={fields('email')}
          type="email"
          name="email"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          readOnly={email !== null}
          description={email === null ? undefined : t('emailBound')}
          {...form.getInputProps('email')}
        />
        <NewPasswordInput
          label={fields('password')}
          name="password"
          own={[form.values.name, form.values.email, team.name]}
          {...form.getInputProps('password')}
        />
        <CallError error={signUp.error} fields={Object.keys(form.values)} />
        <Button type="submit" fullWidth loading={signUp.isPending || isEntering}>
          {t('signUp')}
        </Button>
        <Text ta="center" c="dimmed">
          {t('haveAccount')}{' '}
          <Anchor component={Link} href={paths.signIn({ next: paths.invitation(token) })} inherit underline="always">
            {t('signIn')}
          </Anchor>
        </Text>
      </Stack>
    </form>
  );
}
