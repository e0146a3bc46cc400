'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { useAccountRules } from '@/app/_account/use-account-rules';
import { CodeBlock } from '@/app/_ui/code-block';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { Notice } from '@/app/_ui/notice';
import type { Role } from '@/lib/role';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { closeInviteDialog, inviteParameter } from './invite-address';
import { RoleChoice } from './role-choice';

export interface InviteDialogProps {
  readonly team: { readonly slug: string; readonly name: string; readonly role: Role };
}

/** Makes an invitation link and shows it, once. Its address opens the dialog as well. */
export function InviteDialog({ team }: InviteDialogProps) {
  const t = useTranslations('team.invite');
  const isOpen = useSearchParams().has(inviteParameter);
  return (
    <Dialog
      opened={isOpen}
      onClose={() => closeInviteDialog(team.slug)}
      title={t('title', { team: team.name })}
      // The link is gone when the dialog closes: not by a click beside it.
      closeOnClickOutside={false}
    >
      <InviteForm team={team} />
    </Dialog>
  );
}

function InviteForm({ team }: InviteDialogProps) {
  const t = useTranslations('team.invite');
  const rules = useAccountRules();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const invite = useMutation(
    trpc.invitations.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.invitations.list.queryFilter({ team: team.slug })),
    }),
  );
  const form = useForm<{ role: Role; email: string }>({
    initialValues: { role: 'member', email: '' },
    validate: { email: (value) => (value.trim() === '' ? null : rules.email(value)) },
  });
  if (invite.data) return <NewLink path={invite.data.path} onDone={() => closeInviteDialog(team.slug)} />;

  const submit = form.onSubmit(({ role, email }) =>
    invite.mutate(
      { team: team.slug, role, email: email.trim() === '' ? undefined : email },
      { onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }) },
    ),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <RoleChoice label={t('role')} own={team.role} {...form.getInputProps('role')} />
        <TextInput
          label={t('email')}
          description={t('emailHint')}
          type="email"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          {...form.getInputProps('email')}
        />
        <CallError error={invite.error} fields={Object.keys(form.values)} />
        <DialogFooter onCancel={() => closeInviteDialog(team.slug)} isPending={invite.isPending}>
          <Button type="submit" loading={invite.isPending}>
            {t('submit')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}

function NewLink({ path, onDone }: { readonly path: string; readonly onDone: () => void }) {
  const t = useTranslations('team.invite');
  return (
    <Stack gap="md">
      <Notice tone="attention" title={t('once')}>
        {t('onceHint')}
      </Notice>
      {/* The address that this browser uses reaches the console for sure; a setting may not. */}
      <CodeBlock label={t('link')} code={`${window.location.origin}${path}`} />
      <p style={{ margin: 0 }}>{t('send')}</p>
      <Group justify="flex-end">
        <Button onClick={onDone}>{t('done')}</Button>
      </Group>
    </Stack>
  );
}
