'use client';

import { Button, Radio, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Authority } from './use-authorities';

export interface StartRotationDialogProps {
  readonly team: string;
  readonly authorities: readonly Authority[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Chooses the CA to replace, makes the next one, and leads to the rotation's page. */
export function StartRotationDialog({ team, authorities, isOpen, onClose }: StartRotationDialogProps) {
  const t = useTranslations('authorities.rotation');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('title')}>
      <StartForm team={team} authorities={authorities} onClose={onClose} />
    </Dialog>
  );
}

/** The members who have a client CA of their own, once each. */
const holdersOf = (authorities: readonly Authority[]) => {
  const names = new Map<string, string>();
  for (const { kind, membership, retiredAt } of authorities) {
    if (kind === 'client' && membership && !retiredAt) names.set(membership.id, membership.name);
  }
  return [...names].map(([value, label]) => ({ value, label }));
};

function StartForm({ team, authorities, onClose }: Omit<StartRotationDialogProps, 'isOpen'>) {
  const t = useTranslations('authorities.rotation');
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const [kind, setKind] = useState<'engine' | 'client'>('engine');
  const [membershipId, setMembershipId] = useState<string | null>(null);
  const start = useMutation(
    trpc.authorities.startRotation.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.authorities.pathKey() });
        router.push(paths.rotation(team));
      },
    }),
  );
  const submit = () => {
    if (kind === 'engine') start.mutate({ team, kind });
    else if (membershipId !== null) start.mutate({ team, kind, membershipId });
  };
  const whyNot = kind === 'client' && membershipId === null ? t('chooseMember') : undefined;
  return (
    <Stack gap={16}>
      <Text c="dimmed">{t('hint')}</Text>
      <Radio.Group
        label={t('which')}
        value={kind}
        onChange={(value) => setKind(value === 'client' ? 'client' : 'engine')}
      >
        <Stack gap={12} mt={8}>
          <Radio value="engine" label={t('engine')} description={t('engineHint')} />
          <Radio value="client" label={t('client')} description={t('clientHint')} />
        </Stack>
      </Radio.Group>
      {kind === 'client' && (
        <Select
          label={t('member')}
          placeholder={t('chooseMember')}
          searchable
          data={holdersOf(authorities)}
          value={membershipId}
          onChange={setMembershipId}
        />
      )}
      <CallError error={start.error} />
      <DialogFooter onCancel={onClose} isPending={start.isPending}>
        <DisabledReason reason={whyNot}>
          <Button loading={start.isPending || start.isSuccess} onClick={submit}>
            {t('start')}
          </Button>
        </DisabledReason>
      </DialogFooter>
    </Stack>
  );
}
