'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { NewPasswordInput } from '@/app/_account/new-password-input';
import { signInWithPassword } from '@/app/_account/sign-in-with-password';
import { useAccountRules } from '@/app/_account/use-account-rules';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { suggestTeamSlug, teamNameSchema, teamSlugSchema } from '@/lib/team-name';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import classes from '@/app/_account/account.module.css';

export interface SetupFormProps {
  readonly token: string;
  /** The console's address, for the example under the short name. */
  readonly url: string;
}

/** The first account and its team; then signed in, on the team's first page. */
export function SetupForm({ token, url }: SetupFormProps) {
  const t = useTranslations('setup');
  const fields = useTranslations('account.fields');
  const rules = useAccountRules();
  const trpc = useTRPC();
  const complete = useMutation(trpc.setup.complete.mutationOptions());
  const [isEntering, setIsEntering] = useState(false);
  // The short name follows the team's name until somebody writes it by hand.
  const [isSlugOwn, setIsSlugOwn] = useState(false);
  const form = useForm({
    initialValues: { name: '', email: '', password: '', teamName: '', teamSlug: '' },
    validate: {
      name: rules.name,
      email: rules.email,
      password: rules.newPassword,
      teamName: (value) => (teamNameSchema.safeParse(value).success ? null : t('errors.teamName')),
      teamSlug: (value) => (teamSlugSchema.safeParse(value).success ? null : t('errors.teamSlug')),
    },
  });
  const { values } = form;

  const enter = async (team: string, credentials: { email: string; password: string }) => {
    setIsEntering(true);
    const outcome = await signInWithPassword({ email: credentials.email, password: credentials.password });
    // The account is there whatever happened: without a session the person signs in by hand.
    window.location.assign(outcome.kind === 'signed-in' ? paths.machines(team) : paths.signIn());
  };

  const submit = form.onSubmit((input) =>
    complete.mutate(
      { ...input, token },
      {
        onSuccess: ({ team }) => void enter(team, input),
        onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
      },
    ),
  );

  const changeTeamName = (name: string) => {
    form.setFieldValue('teamName', name);
    if (!isSlugOwn) form.setFieldValue('teamSlug', suggestTeamSlug(name));
  };
  const changeSlug = (slug: string) => {
    setIsSlugOwn(slug !== '');
    form.setFieldValue('teamSlug', slug.toLowerCase());
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <fieldset className={classes['section']}>
          <legend>{t('you')}</legend>
          <Stack gap="md">
            <TextInput label={fields('name')} name="name" autoComplete="name" {...form.getInputProps('name')} />
            <TextInput
              label={fields('email')}
              type="email"
              name="email"
              autoComplete="username"
              autoCapitalize="off"
              spellCheck={false}
              {...form.getInputProps('email')}
            />
            <NewPasswordInput
              label={fields('password')}
              name="password"
              own={[values.name, values.email, values.teamName]}
              {...form.getInputProps('password')}
            />
          </Stack>
        </fieldset>
        <fieldset className={classes['section']}>
          <legend>{t('team')}</legend>
          <Stack gap="md">
            <TextInput
              label={t('teamName')}
              description={t('teamNameHint')}
              name="team-name"
              autoComplete="organization"
              {...form.getInputProps('teamName')}
              onChange={(event) => changeTeamName(event.currentTarget.value)}
            />
            <TextInput
              label={t('teamSlug')}
              description={t('teamSlugHint', { url: `${url}/t/${values.teamSlug || '…'}` })}
              name="team-slug"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              classNames={{ input: 'qm-mono' }}
              {...form.getInputProps('teamSlug')}
              onChange={(event) => changeSlug(event.currentTarget.value)}
            />
          </Stack>
        </fieldset>
        <Notice tone="attention" title={t('masterKeyTitle')}>
          {t('masterKey')}
        </Notice>
        <CallError error={complete.error} fields={Object.keys(values)} />
        <Button type="submit" fullWidth loading={complete.isPending || isEntering}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
