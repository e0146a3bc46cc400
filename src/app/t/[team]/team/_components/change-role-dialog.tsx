'use client';

import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { type Role, roleSchema } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { Member } from './member-types';
import { RoleChoice } from './role-choice';

export interface ChangeRoleDialogProps {
  readonly team: { readonly slug: string; readonly role: Role };
  readonly member: Member;
  readonly onClose: () => void;
}

/** Gives a member another role. */
export function ChangeRoleDialog({ team, member, onClose }: ChangeRoleDialogProps) {
  const t = useTranslations('team.changeRole');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>(member.role);
  const change = useMutation(
    trpc.team.changeRole.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.team.members.queryFilter({ team: team.slug }));
        // What the frame offers depends on one's own role.
        if (member.isYou) router.refresh();
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (role === member.role) onClose();
    else change.mutate({ team: team.slug, memberId: member.id, role });
  };
  return (
    <Dialog opened onClose={onClose} title={t('title', { name: member.name })}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <RoleChoice
            label={t('action')}
            own={team.role}
            value={role}
            onChange={(value) => setRole(roleSchema.parse(value))}
          />
          <CallError error={change.error} />
          <DialogFooter onCancel={onClose} isPending={change.isPending}>
            <Button type="submit" loading={change.isPending}>
              {t('submit')}
            </Button>
          </DialogFooter>
        </Stack>
      </form>
    </Dialog>
  );
}
