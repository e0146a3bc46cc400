'use client';

import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { type HypervisorFacts, hypervisorStanding } from '@/lib/hypervisor-host';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import type { FieldProps } from './field-props';
import { ThingField } from './thing-field';

/** One of the team's hypervisor hosts, with how its last check went. */
export function HypervisorField(props: FieldProps) {
  const t = useTranslations('hypervisors');
  const trpc = useTRPC();
  const store = useOptionStore();
  const { team } = store;
  const hosts = useQuery(trpc.hypervisors.list.queryOptions({ team }));
  const standingOf = (facts: HypervisorFacts | null) => t(`standing.${hypervisorStanding(facts)}`);
  const chosen = hosts.data?.find(({ id }) => id === store.valueAt(props.path));
  return (
    <ThingField
      {...props}
      things={hosts.data?.map(({ id, name, facts }) => ({ id, name, about: standingOf(facts) }))}
      texts={{ loading: t('field.loading'), choose: t('field.choose'), noneYet: t('field.noneYet') }}
      failure={hosts.error}
    >
      <Text size="xs" c="dimmed">
        {chosen && `${chosen.facts?.failure ?? standingOf(chosen.facts)}. `}
        <Anchor component={Link} href={paths.newHypervisor(team)} size="xs">
          {t('field.register')}
        </Anchor>
      </Text>
    </ThingField>
  );
}
