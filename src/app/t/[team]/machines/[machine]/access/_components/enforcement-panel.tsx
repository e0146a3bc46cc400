'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Section } from '@/app/_account/section';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';

import { useTeamRole } from '../../../../_frame/team-role';
import { EnforcementWord } from '../../../_components/enforcement';
import type { Machine } from '../../_components/use-machine';
import { SwitchEnforcementDialog } from './switch-enforcement-dialog';
import type { MachineAdmission } from './use-admission';

export interface EnforcementPanelProps {
  readonly team: string;
  readonly machine: Machine;
  readonly admission: MachineAdmission;
}

/** What decides who gets in, what that means, and the way to the other one. */
export function EnforcementPanel({ team, machine, admission }: EnforcementPanelProps) {
  const t = useTranslations('machines.access.enforcement');
  const common = useTranslations('common');
  const role = useTeamRole();
  const [isOpen, dialog] = useDisclosure(false);
  const { enforcement, enforcementWanted, gate, canSwitch } = admission;
  const isSwitching = enforcementWanted !== null && enforcementWanted !== enforcement;
  const whyNot = !roleReaches(role, 'admin') ? common('needsRole', { role: 'admin' }) : (canSwitch.why ?? undefined);
  return (
    <Section title={t('title')} hint={t('hint')}>
      <Stack gap={12} align="flex-start">
        <Group gap={12}>
          <Text component="span" fw={600}>
            <EnforcementWord enforcement={enforcement} />
          </Text>
          {gate && (
            <Text component="span" c="dimmed">
              {t('haproxy')} <Mono>{gate.haproxyVersion}</Mono>
            </Text>
          )}
        </Group>
        <Text>{t(`${enforcement}Means`)}</Text>
        {isSwitching && (
          <Notice tone="active" role="status" title={t('switching', { to: enforcementWanted })}>
            {machine.activeJobId && <Link href={paths.job(team, machine.activeJobId)}>{t('watch')}</Link>}
          </Notice>
        )}
        <DisabledReason reason={whyNot}>
          <Button variant="default" onClick={dialog.open}>
            {t('switchTo', { to: canSwitch.to })}
          </Button>
        </DisabledReason>
      </Stack>
      <SwitchEnforcementDialog
        team={team}
        machine={machine.name}
        canSwitch={canSwitch}
        isOpen={isOpen}
        onClose={dialog.close}
      />
    </Section>
  );
}
