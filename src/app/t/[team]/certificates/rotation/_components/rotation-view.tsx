'use client';

import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconRotate2 } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { TextShape } from '@/app/_ui/loading-shape';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';

import { useTeamRole } from '../../../_frame/team-role';
import { type Rotation, useRotation } from '../../_authorities/running-rotation';
import { AuthorityPair } from './authority-pair';
import { movesMachines } from './next-action';
import { PastRotations } from './past-rotations';
import { PhaseSteps } from './phase-steps';
import { RotationMachines } from './rotation-machines';
import { RotationMembers } from './rotation-members';
import { SteerButtons, SteerDialog, type Steering } from './steer-rotation';

/** The rotation that is under way, live, and those that are over. */
export function RotationView({ team }: { readonly team: string }) {
  const query = useRotation(team);
  if (query.isPending) return <TextShape lines={6} />;
  return (
    <Stack gap={16}>
      <CallError error={query.error} />
      {query.data?.current && <CurrentRotation team={team} rotation={query.data.current} />}
      {query.data?.current === null && <NoRotation team={team} />}
      {query.data && <PastRotations rotations={query.data.past} />}
    </Stack>
  );
}

function CurrentRotation({ team, rotation }: { readonly team: string; readonly rotation: Rotation }) {
  const t = useTranslations('rotation');
  const role = useTeamRole();
  const [steering, ask] = useState<Steering>();
  const isRolledBack = rotation.phase === 'rolled_back';
  const mayManage = roleReaches(role, 'owner');
  return (
    <>
      <Paper withBorder p={16} component="section" aria-label={t('phases')}>
        <Stack gap={20}>
          <Group justify="space-between" gap={8}>
            <Text c="dimmed">
              {t(`of.${rotation.kind}`)} · {t('started')} <RelativeTime at={rotation.startedAt} />{' '}
              {t('by', { name: rotation.createdByName })} · {t('changed')} <RelativeTime at={rotation.changedAt} />
            </Text>
            <SteerButtons rotation={rotation} whyNot={mayManage ? undefined : t('needsOwner')} onAsk={ask} />
          </Group>
          <PhaseSteps kind={rotation.kind} phase={rotation.phase} />
          <RotationNotice rotation={rotation} />
          <AuthorityPair rotation={rotation} />
        </Stack>
      </Paper>
      <SimpleGrid cols={{ base: 1, md: isRolledBack && rotation.kind === 'engine' ? 1 : 2 }} spacing={16}>
        <RotationMachines
          team={team}
          rotation={rotation}
          onMove={(machine) => ask({ to: 'advance', machine })}
          mayMove={mayManage && rotation.can.advance && movesMachines(rotation)}
        />
        {/* In a roll-back nobody needs the new CA any more. */}
        {!(isRolledBack && rotation.kind === 'engine') && <RotationMembers team={team} rotation={rotation} />}
      </SimpleGrid>
      <SteerDialog team={team} rotation={rotation} steering={steering} onClose={() => ask(undefined)} />
    </>
  );
}

/** What is being waited for, or whom the next step would lock out. */
function RotationNotice({ rotation }: { readonly rotation: Rotation }) {
  const t = useTranslations('rotation.back');
  const { can, kind, phase } = rotation;
  const tone = can.advance && can.why !== null ? 'attention' : 'active';
  if (phase === 'rolled_back') {
    return (
      <Notice tone={tone} title={t('running')}>
        {t(kind === 'client' ? 'clientRunningHint' : 'runningHint')} {can.why}
      </Notice>
    );
  }
  return can.why === null ? null : <Notice tone={tone} title={can.why} />;
}

function NoRotation({ team }: { readonly team: string }) {
  const t = useTranslations('rotation.none');
  return (
    <EmptyState icon={IconRotate2} title={t('title')} description={t('description')}>
      <LinkButton href={paths.certificates(team, { tab: 'authorities' })}>{t('begin')}</LinkButton>
    </EmptyState>
  );
}
