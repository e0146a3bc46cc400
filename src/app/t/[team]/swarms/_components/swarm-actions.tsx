'use client';

import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconRadar2 } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../_frame/team-role';
import { EnterDialog } from './enter-dialog';

/** What can be done beside the swarms that are there. */
export function SwarmActions({ team }: { readonly team: string }) {
  const t = useTranslations('swarms');
  const common = useTranslations('common');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [isAsking, ask] = useState(false);
  const whyNot = roleReaches(useTeamRole(), 'admin') ? undefined : common('needsRole', { role: 'admin' });
  const find = useMutation(
    trpc.swarms.find.mutationOptions({
      onSuccess: async (found) => {
        await queries.invalidateQueries({ queryKey: trpc.swarms.pathKey() });
        notifications.show({ message: t('found', found) });
      },
    }),
  );
  return (
    <Group gap={8}>
      <CallError error={find.error} />
      <DisabledReason reason={whyNot}>
        <Button
          variant="default"
          leftSection={<IconRadar2 size={16} aria-hidden />}
          loading={find.isPending}
          onClick={() => find.mutate({ team })}
        >
          {t('find')}
        </Button>
      </DisabledReason>
      <DisabledReason reason={whyNot}>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => ask(true)}>
          {t('enter.open')}
        </Button>
      </DisabledReason>
      {isAsking && <EnterDialog team={team} onClose={() => ask(false)} />}
    </Group>
  );
}
