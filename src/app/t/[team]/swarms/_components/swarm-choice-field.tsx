'use client';

import { Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import type { SwarmChoice, SwarmRole } from '@/lib/swarm';
import { useTRPC } from '@/trpc/client';

/** What the field holds: no swarm is one of the choices where `mayBeNone`. */
export type SwarmWish = SwarmChoice | { readonly kind: 'none' };

export interface SwarmChoiceFieldProps {
  readonly team: string;
  readonly value: SwarmWish;
  readonly onChange: (value: SwarmWish) => void;
  readonly mayBeNone: boolean;
  /** Several machines at once can only join. Default true. */
  readonly mayStart?: boolean;
  /** Messages by field: "swarm.name". */
  readonly errorAt: (path: string) => string | undefined;
  readonly isDisabled: boolean;
}

/** Whether a machine starts a swarm, or joins one of the team's, and as what. */
export function SwarmChoiceField(props: SwarmChoiceFieldProps) {
  const { team, onChange, mayBeNone, mayStart = true, errorAt, isDisabled } = props;
  const value: SwarmWish = !mayStart && props.value.kind === 'init' ? { kind: 'none' } : props.value;
  const t = useTranslations('swarms.choice');
  const trpc = useTRPC();
  const swarms = useQuery(trpc.swarms.list.queryOptions({ team })).data ?? [];
  const [first] = swarms;
  const choose = (kind: string) => {
    if (kind === 'init') onChange({ kind, name: '' });
    else if (kind === 'join') onChange({ kind, swarmId: first?.id ?? '', role: 'worker' });
    else onChange({ kind: 'none' });
  };
  return (
    <Stack gap={12}>
      <Radio.Group aria-label={t('label')} value={value.kind} onChange={choose}>
        <Stack gap={12}>
          {mayBeNone && <Radio value="none" label={t('none')} disabled={isDisabled} />}
          <Radio
            value="init"
            label={t('init')}
            description={mayStart ? t('initHint') : t('initAlone')}
            disabled={isDisabled || !mayStart}
          />
          <Radio
            value="join"
            label={t('join')}
            description={first ? t('joinHint') : t('noSwarm')}
            disabled={isDisabled || !first}
          />
        </Stack>
      </Radio.Group>
      {value.kind === 'init' && (
        <TextInput
          label={t('name')}
          placeholder="harbour"
          value={value.name}
          onChange={(event) => onChange({ kind: 'init', name: event.currentTarget.value })}
          error={errorAt('swarm.name')}
          disabled={isDisabled}
          autoComplete="off"
          spellCheck={false}
          maw={360}
        />
      )}
      {value.kind === 'join' && (
        <>
          <Select
            label={t('swarm')}
            data={swarms.map(({ id, name }) => ({ value: id, label: name }))}
            value={value.swarmId}
            onChange={(swarmId) => onChange({ ...value, swarmId: swarmId ?? '' })}
            error={errorAt('swarm.swarmId')}
            allowDeselect={false}
            disabled={isDisabled}
            maw={360}
          />
          <Radio.Group
            label={t('role')}
            value={value.role}
            onChange={(role) =>
              onChange({ ...value, role: (role === 'manager' ? 'manager' : 'worker') satisfies SwarmRole })
            }
          >
            <Stack gap={8} mt={4}>
              <Radio value="worker" label={t('worker')} disabled={isDisabled} />
              <Radio value="manager" label={t('manager')} description={t('managerHint')} disabled={isDisabled} />
            </Stack>
          </Radio.Group>
        </>
      )}
    </Stack>
  );
}
