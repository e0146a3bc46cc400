'use client';

import { Anchor, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { CallError } from '@/app/_account/call-error';
import { hypervisorStanding } from '@/lib/hypervisor-host';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

/** One of the team's hypervisor hosts, with how its last check went. */
export function HypervisorField(props: FieldProps) {
  const { path } = props;
  const t = useTranslations('hypervisors');
  const trpc = useTRPC();
  const store = useOptionStore();
  const { team } = store;
  const hosts = useQuery(trpc.hypervisors.list.queryOptions({ team }));
  const { placeholder: _placeholder, ...input } = useInputProps(props);
  const value = store.valueAt(path);
  const chosen = hosts.data?.find(({ id }) => id === value);
  const standingOf = (id: string) =>
    t(`standing.${hypervisorStanding(hosts.data?.find((host) => host.id === id)?.facts ?? null)}`);
  return (
    <div>
      <Select
        {...input}
        searchable={(hosts.data?.length ?? 0) > 6}
        placeholder={hosts.isPending ? t('field.loading') : t(hosts.data?.length ? 'field.choose' : 'field.noneYet')}
        data={(hosts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen?.id ?? null}
        onChange={(id) => store.setValue(path, id)}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {standingOf(option.value)}
            </Text>
          </div>
        )}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {chosen && `${chosen.facts?.failure ?? standingOf(chosen.id)}. `}
        <Anchor component={Link} href={paths.newHypervisor(team)} size="xs">
          {t('field.register')}
        </Anchor>
      </Text>
      <CallError error={hosts.error} />
    </div>
  );
}
