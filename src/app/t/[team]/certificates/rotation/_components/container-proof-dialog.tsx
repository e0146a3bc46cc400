'use client';

import { Modal, Stack, Table, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';

import { containerProof, type ContainerProof } from './containers';
import type { MovingMachine } from './move-state';

const outcomeTones: Readonly<Record<ContainerProof['outcome'], Tone>> = {
  same: 'ok',
  restarted: 'failed',
  gone: 'failed',
};

export interface ContainerProofDialogProps {
  /** Undefined while the dialog is closed. */
  readonly machine: MovingMachine | undefined;
  readonly onClose: () => void;
}

/** The containers of a machine with their process ids before and after its move. */
export function ContainerProofDialog({ machine, onClose }: ContainerProofDialogProps) {
  const t = useTranslations('rotation.machines');
  return (
    <Modal
      opened={machine !== undefined}
      onClose={onClose}
      size="lg"
      title={machine && t('proofTitle', { name: machine.name })}
    >
      {machine && (
        <Stack gap={12}>
          <Text c="dimmed">{t('proofHint')}</Text>
          <Table.ScrollContainer minWidth={420}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('container')}</Table.Th>
                  <Table.Th ta="right">{t('before')}</Table.Th>
                  <Table.Th ta="right">{t('after')}</Table.Th>
                  <Table.Th>{t('outcome')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {containerProof(machine.containersBefore, machine.containersAfter).map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td>
                      <Mono>{row.name}</Mono>{' '}
                      <Text component="span" size="xs" c="dimmed">
                        <Mono>{row.id.slice(0, 12)}</Mono>
                      </Text>
                    </Table.Td>
                    <Table.Td ta="right">{row.before}</Table.Td>
                    <Table.Td ta="right">{row.after ?? '–'}</Table.Td>
                    <Table.Td>
                      <StatusBadge tone={outcomeTones[row.outcome]}>{t(row.outcome)}</StatusBadge>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      )}
    </Modal>
  );
}
