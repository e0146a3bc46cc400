'use client';

import { Stack, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { Section } from '@/app/_account/section';
import { RelativeTime } from '@/app/_ui/relative-time';
import { formatBytes } from '@/lib/format/bytes';
import { paths } from '@/lib/paths';

import type { Hypervisor } from '../../_components/hypervisor-values';
import { HypervisorCheck } from './hypervisor-check';
import { HypervisorFacts } from './hypervisor-facts';
import { RemoveHypervisor } from './remove-hypervisor';
import { useHypervisor } from './use-hypervisor';

export interface HypervisorPageProps {
  readonly team: string;
  readonly mayManage: boolean;
  readonly initial: Hypervisor;
}

/** One hypervisor host: what it is, what its check finds now, what lives on it, and how to let go of it. */
export function HypervisorPage({ team, mayManage, initial }: HypervisorPageProps) {
  const t = useTranslations('hypervisors.page');
  const host = useHypervisor(team, initial);
  return (
    <Stack gap={16}>
      <Section title={t('facts')}>
        <HypervisorFacts host={host} />
      </Section>
      {mayManage && <HypervisorCheck team={team} host={host} />}
      <Section title={t('machines')}>
        {host.machines.length === 0 ? (
          <Text c="dimmed">{t('noMachines')}</Text>
        ) : (
          <ul>
            {host.machines.map((name) => (
              <li key={name}>
                <Link className="qm-mono" href={paths.machine(team, name)}>
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('images')}>
        {host.images.length === 0 ? (
          <Text c="dimmed">{t('noImages')}</Text>
        ) : (
          <ul>
            {host.images.map(({ id, name, sizeBytes, placedAt }) => (
              <li key={id}>
                {name}, {t.rich('image', { size: formatBytes(sizeBytes), time: () => <RelativeTime at={placedAt} /> })}
              </li>
            ))}
          </ul>
        )}
      </Section>
      {mayManage && <RemoveHypervisor team={team} host={host} />}
    </Stack>
  );
}
