'use client';

import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../_frame/team-role';
import type { Tombstone } from './resource-types';

interface TombstoneActionsProps {
  readonly team: string;
  readonly tombstone: Tombstone;
}

/** Try now, or give up. */
export function TombstoneActions({ team, tombstone }: TombstoneActionsProps) {
  const t = useTranslations('resources.tombstones');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const role = useTeamRole();
  const [isOpen, { open, close }] = useDisclosure(false);
  const refresh = () => queries.invalidateQueries({ queryKey: trpc.resources.pathKey() });
  const tryNow = useMutation(trpc.resources.tryTombstone.mutationOptions({ onSuccess: refresh }));
  const forget = useMutation(trpc.resources.forgetTombstone.mutationOptions({ onSuccess: refresh }));
  const { id, machineName, state, things } = tombstone;
  const running = state === 'removing' ? t('triesNow') : undefined;
  const whyNotTry = roleReaches(role, 'member') ? running : common('needsRole', { role: 'member' });
  const whyNotForget = roleReaches(role, 'admin') ? running : common('needsRole', { role: 'admin' });
  return (
    <Group gap={8}>
      <DisabledReason reason={whyNotTry}>
        <Button
          variant="default"
          size="xs"
          loading={tryNow.isPending}
          disabled={whyNotTry !== undefined}
          onClick={() => tryNow.mutate({ team, tombstone: id })}
        >
          {t('tryNow')}
        </Button>
      </DisabledReason>
      <DisabledReason reason={whyNotForget}>
        <Button variant="default" size="xs" disabled={whyNotForget !== undefined} onClick={open}>
          {t('forget')}
        </Button>
      </DisabledReason>
      <CallError error={tryNow.error} />
      <ConfirmByName
        isOpen={isOpen}
        onClose={close}
        title={t('forgetTitle', { name: machineName })}
        name={machineName}
        losses={[
          ...things.map(({ kind, name, providerId }) => t('left', { kind, name, id: providerId ?? t('noId') })),
          t('leftHint'),
        ]}
        confirmLabel={t('forgetConfirm')}
        onConfirm={() => forget.mutate({ team, tombstone: id, confirm: machineName })}
        isPending={forget.isPending}
        failure={<CallError error={forget.error} />}
      />
    </Group>
  );
}
