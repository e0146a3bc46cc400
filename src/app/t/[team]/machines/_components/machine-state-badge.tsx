'use client';

import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'next-intl';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import {
  healthLinks,
  type LinkHealth,
  type MachineHealth,
  type MachineProblem,
  type MachineState,
  restingStates,
} from '@/lib/machine';

import type { MachineRow } from './use-machines';

const stateTones: Readonly<Record<MachineState, Tone>> = {
  creating: 'active',
  running: 'ok',
  degraded: 'attention',
  unreachable: 'failed',
  stopped: 'off',
  paused: 'off',
  saved: 'off',
  failed: 'failed',
  removing: 'active',
};

const linkTones: Readonly<Record<LinkHealth['state'], Tone>> = { ok: 'ok', failed: 'failed', unknown: 'off' };

interface MachineStateBadgeProps {
  readonly state: MachineState;
  /** Says what is wrong instead of only that something is. */
  readonly problem?: MachineProblem | null;
  readonly variant?: 'plain' | 'soft';
}

const mayHaveProblem: ReadonlySet<MachineState> = new Set<MachineState>(['degraded', 'unreachable', ...restingStates]);

/** The one state of a machine: icon and word. */
export function MachineStateBadge({ state, problem = null, variant }: MachineStateBadgeProps) {
  const t = useTranslations('machines');
  const isWorking = state === 'creating' || state === 'removing';
  return (
    <StatusBadge tone={stateTones[state]} isSpinning={isWorking} {...(variant && { variant })}>
      {problem !== null && mayHaveProblem.has(state) ? t(`problem.${problem}.name`) : t(`state.${state}`)}
    </StatusBadge>
  );
}

/** The links of the chain from the console to the containers, each with its state and why it is so. */
export function HealthChain({ health }: { readonly health: MachineHealth }) {
  const t = useTranslations('machines.health');
  return (
    <Stack gap={8} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {healthLinks.map((link) => (
        <li key={link}>
          <StatusBadge tone={linkTones[health[link].state]}>
            {t(`link.${link}`)}: {t(`${link === 'provider' ? 'power' : 'state'}.${health[link].state}`)}
          </StatusBadge>
          {health[link].reason && (
            <Text size="sm" c="dimmed" pl={24}>
              {health[link].reason}
            </Text>
          )}
        </li>
      ))}
    </Stack>
  );
}

const healthOf = ({ links, reason }: MachineRow): MachineHealth | null => {
  if (!links) return null;
  const firstBroken = links.indexOf('failed');
  const entries = healthLinks.map((link, index) => [
    link,
    { state: links[index] ?? 'unknown', reason: index === firstBroken ? reason : null },
  ]);
  return Object.fromEntries(entries) as MachineHealth;
};

/** The badge of lists: pointing at it or focusing it tells provider, network, SSH, TLS and engine apart. */
export function MachineState({ machine }: { readonly machine: MachineRow }) {
  const t = useTranslations('machines.health');
  const [isOpen, { open, close }] = useDisclosure(false);
  const health = healthOf(machine);
  const badge = <MachineStateBadge state={machine.state} problem={machine.problem} />;
  if (!health) return badge;
  return (
    <Popover opened={isOpen} width={320} position="bottom-start">
      <Popover.Target>
        <UnstyledButton
          aria-label={t('explain')}
          aria-expanded={isOpen}
          onMouseEnter={open}
          onMouseLeave={close}
          onFocus={open}
          onBlur={close}
          onClick={(event) => event.stopPropagation()}
        >
          {badge}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <HealthChain health={health} />
      </Popover.Dropdown>
    </Popover>
  );
}
