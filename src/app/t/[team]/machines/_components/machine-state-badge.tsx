'use client';

import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'next-intl';

import { RelativeTime } from '@/app/_ui/relative-time';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import { healthLinks, type LinkHealth, type MachineHealth, type MachineState } from '@/lib/machine';

const stateTones: Readonly<Record<MachineState, Tone>> = {
  creating: 'active',
  running: 'ok',
  degraded: 'attention',
  unreachable: 'failed',
  stopped: 'off',
  failed: 'failed',
  removing: 'active',
};

const linkTones: Readonly<Record<LinkHealth['state'], Tone>> = { ok: 'ok', failed: 'failed', unknown: 'off' };

/** The one state of a machine: icon and word. */
export function MachineStateBadge({
  state,
  variant,
}: {
  readonly state: MachineState;
  readonly variant?: 'plain' | 'soft';
}) {
  const t = useTranslations('machines.state');
  const isWorking = state === 'creating' || state === 'removing';
  return (
    <StatusBadge tone={stateTones[state]} isSpinning={isWorking} {...(variant && { variant })}>
      {t(state)}
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
            {t(`link.${link}`)}: {t(`state.${health[link].state}`)}
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

/** The badge of lists: pointing at it or focusing it tells network, SSH, TLS and engine apart. */
export function MachineState(props: {
  readonly state: MachineState;
  readonly health: MachineHealth | null;
  readonly checkedAt: Date | null;
}) {
  const t = useTranslations('machines.health');
  const [isOpen, { open, close }] = useDisclosure(false);
  if (!props.health) return <MachineStateBadge state={props.state} />;
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
          <MachineStateBadge state={props.state} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <HealthChain health={props.health} />
        {props.checkedAt && (
          <Text size="xs" c="dimmed" mt={8}>
            {t('checked')} <RelativeTime at={props.checkedAt} />
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
