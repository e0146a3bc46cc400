'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Authority } from './use-authorities';

export interface RetireSharedDialogProps {
  readonly team: string;
  /** Undefined while the dialog is closed. */
  readonly authority: Authority | undefined;
  readonly onClose: () => void;
}

/** Ends the trust in a shared client CA, and leads to the receipt of that. */
export function RetireSharedDialog({ team, authority, onClose }: RetireSharedDialogProps) {
  const t = useTranslations('authorities.retire');
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const retire = useMutation(
    trpc.authorities.retire.mutationOptions({
      onSuccess: async ({ changeId }) => {
        if (changeId !== null) router.push(paths.accessChange(team, changeId));
        await queries.invalidateQueries({ queryKey: trpc.authorities.pathKey() });
        onClose();
      },
    }),
  );
  return (
    <ConfirmByName
      isOpen={authority !== undefined}
      onClose={onClose}
      title={t('title')}
      name={team}
      losses={[t('losses.certificates', { count: authority?.signed ?? 0 }), t('losses.unknown')]}
      confirmLabel={t('confirm')}
      onConfirm={() => authority && retire.mutate({ team, authorityId: authority.id })}
      isPending={retire.isPending}
      failure={<CallError error={retire.error} />}
    />
  );
}
