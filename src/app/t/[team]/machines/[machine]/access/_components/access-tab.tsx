'use client';

import { SimpleGrid, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { TextShape } from '@/app/_ui/loading-shape';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { useMachine } from '../../_components/use-machine';
import { AdmissionStatus } from './admission-status';
import { EnforcementPanel } from './enforcement-panel';
import { LastSelfTest } from './last-self-test';
import { LeasePanel } from './lease-panel';
import { MachineAccess } from './machine-access';
import { useAdmission } from './use-admission';

/** Who may use the machine's engine, what enforces it, and what the host has confirmed. */
export function AccessTab({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('machines.access');
  const machine = useMachine(team, initial);
  const query = useAdmission(team, machine.name);
  const admission = query.data;
  return (
    <Stack gap={16}>
      <CallError error={query.error} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing={16}>
        <Stack gap={16}>
          <MachineAccess team={team} role={role} machine={machine} admission={admission} />
          <LastSelfTest team={team} machine={machine} />
        </Stack>
        <Stack gap={16}>
          {admission ? (
            <>
              <AdmissionStatus team={team} admission={admission} />
              <EnforcementPanel team={team} machine={machine} admission={admission} />
              <LeasePanel
                // The form begins anew where somebody else has changed the lease.
                key={`${admission.leasePolicy} ${admission.leaseSeconds}`}
                team={team}
                machine={machine.name}
                admission={admission}
              />
            </>
          ) : (
            !query.error &&
            (['status', 'enforcement', 'lease'] as const).map((part) => (
              <Section key={part} title={t(`${part}.title`)}>
                <TextShape lines={4} />
              </Section>
            ))
          )}
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}
