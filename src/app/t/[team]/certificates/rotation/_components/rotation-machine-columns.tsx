'use client';

import { Badge, Button, Group, Text } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useMemo } from 'react';

import { MachineLink } from '@/app/_ui/machine-link';
import { StatusBadge } from '@/app/_ui/status-badge';
import { paths } from '@/lib/paths';

import type { Rotation } from '../../_authorities/running-rotation';
import { containerProof } from './containers';
import { type MovingMachine, moveState, type MoveState, moveTones } from './move-state';

/** The columns of a rotation's machines: which, how far, and the proof that its containers went on. */
export function useMachineColumns(
  team: string,
  rotation: Rotation,
  onShow: (machine: MovingMachine) => void,
): ColumnDef<MovingMachine>[] {
  const t = useTranslations('rotation.machines');
  const columns = useTranslations('machines.columns');
  return useMemo(
    () => [
      {
        id: 'name',
        accessorKey: 'name',
        meta: { label: columns('name'), isTitle: true },
        cell: ({ row: { original } }) => (
          <Group gap={8} wrap="nowrap">
            <MachineLink team={team} name={original.name} />
            {original.name === rotation.canaryMachine && (
              <Badge variant="default" tt="none" fw={400}>
                {t('canary')}
              </Badge>
            )}
          </Group>
        ),
      },
      {
        id: 'state',
        accessorFn: (machine) => moveState(rotation, machine),
        meta: { label: columns('state') },
        cell: ({ row: { original } }) => (
          <MoveStateCell team={team} machine={original} state={moveState(rotation, original)} />
        ),
      },
      ...(rotation.kind === 'client'
        ? []
        : [
            {
              id: 'containers',
              enableSorting: false,
              meta: { label: t('proof') },
              cell: ({ row: { original } }: { row: { original: MovingMachine } }) => (
                <ProofCell machine={original} onShow={() => onShow(original)} />
              ),
            },
          ]),
    ],
    [t, columns, team, rotation, onShow],
  );
}

interface MoveStateCellProps {
  readonly team: string;
  readonly machine: MovingMachine;
  readonly state: MoveState;
}

function MoveStateCell({ team, machine, state }: MoveStateCellProps) {
  const t = useTranslations('rotation.machines');
  return (
    <>
      <Group gap={8} component="span" display="inline-flex">
        <StatusBadge tone={moveTones[state]} isSpinning={state === 'moving' || state === 'movingBack'}>
          {t(`moveState.${state}`)}
        </StatusBadge>
        {machine.jobId && <Link href={paths.job(team, machine.jobId)}>{t('job')}</Link>}
      </Group>
      {machine.failure && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'normal' }}>
          {machine.failure}
        </Text>
      )}
    </>
  );
}

function ProofCell({ machine, onShow }: { readonly machine: MovingMachine; readonly onShow: () => void }) {
  const t = useTranslations('rotation.machines');
  if (!machine.moved) return <>–</>;
  const proof = containerProof(machine.containersBefore, machine.containersAfter);
  const broken = proof.filter(({ outcome }) => outcome !== 'same').length;
  return (
    <Group gap={8} component="span" display="inline-flex">
      <StatusBadge tone={broken > 0 ? 'failed' : proof.length > 0 ? 'ok' : 'off'}>
        {broken > 0 ? t('proofBroken', { count: broken }) : t('proofOk', { count: proof.length })}
      </StatusBadge>
      {proof.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={onShow}>
          {t('show')}
        </Button>
      )}
    </Group>
  );
}
