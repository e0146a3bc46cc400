'use client';

import { Group } from '@mantine/core';
import { IconCloud, IconServer2, IconStack2 } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { EmptyState } from '@/app/_ui/empty-state';
import { LinkButton } from '@/app/_ui/link-button';
import { paths } from '@/lib/paths';
import type { RouterOutputs } from '@/trpc/client';

import classes from './no-machines.module.css';

export type OfferedDriver = Pick<
  RouterOutputs['drivers']['list'][number],
  'id' | 'label' | 'icon' | 'availability' | 'makesHost'
>;

const ways = [
  { key: 'existing', icon: IconServer2 },
  { key: 'cloud', icon: IconCloud },
  { key: 'hypervisor', icon: IconStack2 },
] as const;

/** Drivers for development are nobody's way to begin. */
function wayOf({ icon, availability, makesHost }: OfferedDriver): (typeof ways)[number]['key'] | null {
  if (availability === 'development') return null;
  if (!makesHost) return 'existing';
  return icon === 'hypervisor' ? 'hypervisor' : 'cloud';
}

interface NoMachinesProps {
  readonly team: string;
  /** Those that the member may make machines with. */
  readonly drivers: readonly OfferedDriver[];
}

/** The ways to begin that there are drivers for, each with its drivers. */
export function NoMachines({ team, drivers }: NoMachinesProps) {
  const t = useTranslations('machines.empty');
  const offered = ways
    .map((way) => ({ ...way, drivers: drivers.filter((driver) => wayOf(driver) === way.key) }))
    .filter((way) => way.drivers.length > 0);
  return (
    <EmptyState icon={IconServer2} title={t('title')} description={t('description')}>
      {offered.length > 0 && (
        <div className={classes['ways']}>
          {offered.map(({ key, icon: Icon, drivers: itsDrivers }) => (
            <section key={key} className={classes['way']}>
              <Icon size={28} stroke={1.5} aria-hidden className={classes['icon']} />
              <h2>{t(`ways.${key}.title`)}</h2>
              <p>{t(`ways.${key}.does`)}</p>
              <Group gap={8}>
                {itsDrivers.map(({ id, label }) => (
                  <LinkButton key={id} variant="default" href={paths.newMachine(team, { driver: id })}>
                    {label}
                  </LinkButton>
                ))}
              </Group>
            </section>
          ))}
        </div>
      )}
    </EmptyState>
  );
}
