'use client';

import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';

import type { Rotation } from '../../_authorities/running-rotation';
import { ContainerProofDialog } from './container-proof-dialog';
import { type MovingMachine, moveState } from './move-state';
import { useMachineColumns } from './rotation-machine-columns';

export interface RotationMachinesProps {
  readonly team: string;
  readonly rotation: Rotation;
  /** Moves this machine, before the others. */
  readonly onMove: (machine: string) => void;
  readonly mayMove: boolean;
}

/** Which machines have moved, each with the proof that its containers went on. */
export function RotationMachines({ team, rotation, onMove, mayMove }: RotationMachinesProps) {
  const t = useTranslations('rotation.machines');
  const [shown, setShown] = useState<MovingMachine>();
  const columns = useMachineColumns(team, rotation, setShown);
  const { machines, kind, phase } = rotation;
  const counts = { moved: machines.filter(({ moved }) => moved).length, total: machines.length };
  const countText = kind === 'client' ? 'countTold' : phase === 'rolled_back' ? 'countLeft' : 'count';
  const canMove = (machine: MovingMachine) => ['waiting', 'failed'].includes(moveState(rotation, machine));
  return (
    <Section title={t('title')} hint={machines.length === 0 ? t('none') : t(countText, counts)}>
      {machines.length > 0 && (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={machines}
          rowId={(machine) => machine.id}
          {...(mayMove && {
            rowActions: (machine: MovingMachine) =>
              canMove(machine) && (
                <Button size="compact-xs" variant="default" onClick={() => onMove(machine.name)}>
                  {t(phase === 'introduced' ? 'moveThis' : 'moveThisNow')}
                </Button>
              ),
          })}
        />
      )}
      <ContainerProofDialog machine={shown} onClose={() => setShown(undefined)} />
    </Section>
  );
}
