'use client';

import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { FormShape } from '@/app/_ui/loading-shape';
import { Notice } from '@/app/_ui/notice';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { type Role, roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { Machine } from '../../_components/use-machine';
import { MemberChoice, type Person } from './member-choice';
import type { MachineAdmission } from './use-admission';

export interface MachineAccessProps {
  readonly team: string;
  readonly role: Role;
  readonly machine: Machine;
  /** Undefined while it is loaded. */
  readonly admission: MachineAdmission | undefined;
}

/** Who may use the machine's engine, each with the certificates that get in. */
export function MachineAccess({ team, role, machine, admission }: MachineAccessProps) {
  const t = useTranslations('machines.access');
  const common = useTranslations('common');
  const states = useTranslations('machines.state');
  const { people, error, isLoading } = usePeople({ team, role, machine, admission });
  const change = useChangeAccess(team);
  const [chosen, setChosen] = useState<readonly string[]>();
  const admitted = machine.admitted.map((member) => member.membershipId);
  const selected = chosen ?? admitted;
  const added = selected.filter((id) => !admitted.includes(id)).length;
  const removed = admitted.filter((id) => !selected.includes(id)).length;
  const isChanged = added + removed > 0;
  const whyNot = !roleReaches(role, 'admin')
    ? common('needsRole', { role: 'admin' })
    : !machineCan.changeAccess(machine.state)
      ? t('notWhile', { state: states(machine.state) })
      : undefined;
  const apply = () =>
    change.mutate(
      { team, machine: machine.name, membershipIds: [...selected] },
      { onSuccess: () => setChosen(undefined) },
    );
  return (
    <Section title={t('title')} hint={t('hint')}>
      <CallError error={error} />
      {isLoading ? (
        <FormShape />
      ) : (
        <MemberChoice people={people} selected={selected} isLocked={whyNot !== undefined} onChange={setChosen} />
      )}
      {isChanged && (
        <Stack mt={16}>
          <Notice
            tone={machine.enforcement === 'engine' || removed > 0 ? 'attention' : 'active'}
            title={t(`cost.${machine.enforcement}Title`)}
          >
            {[added > 0 && t('admits', { count: added }), removed > 0 && t('shutsOut', { count: removed })]
              .filter(Boolean)
              .join(' · ')}
            . {(machine.enforcement === 'engine' || removed > 0) && t(`cost.${machine.enforcement}Hint`)}
          </Notice>
        </Stack>
      )}
      <CallError error={change.error} />
      <Group mt={16} gap={8}>
        <DisabledReason reason={whyNot ?? (isChanged ? undefined : t('unchanged'))}>
          <Button loading={change.isPending} onClick={apply}>
            {t('apply')}
          </Button>
        </DisabledReason>
        {isChanged && (
          <Button variant="default" onClick={() => setChosen(undefined)}>
            {t('reset')}
          </Button>
        )}
        <span aria-live="polite">
          {change.data?.changeId && !isChanged && (
            <>
              {t('done')} · <Link href={paths.accessChange(team, change.data.changeId)}>{t('receipt')}</Link>
            </>
          )}
        </span>
      </Group>
    </Section>
  );
}

/** An engine that enforces by itself restarts: that is a job, and the page goes there. A gate answers in place. */
function useChangeAccess(team: string) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  return useMutation(
    trpc.machines.changeAccess.mutationOptions({
      onSuccess: async ({ jobId }) => {
        if (jobId !== null) router.push(paths.job(team, jobId));
        await queries.invalidateQueries({ queryKey: trpc.machines.pathKey() });
      },
    }),
  );
}

/** Everybody who may be chosen, with what is known of their certificates; for viewers those who are admitted. */
function usePeople({ team, role, machine, admission }: MachineAccessProps) {
  const trpc = useTRPC();
  const choices = useQuery(
    trpc.machines.accessChoices.queryOptions({ team }, { enabled: roleReaches(role, 'member') }),
  );
  const people = (choices.data ?? machine.admitted).map(({ membershipId, name, email }): Person => {
    const inMachine = machine.admitted.find((member) => member.membershipId === membershipId);
    const known = admission?.members.find((member) => member.membershipId === membershipId);
    return {
      membershipId,
      name,
      email,
      certificates: known?.certificates ?? null,
      isSuspended: known?.suspended ?? false,
      confirmation: !inMachine ? null : inMachine.confirmedAt ? 'confirmed' : 'pending',
    };
  });
  return { people, error: choices.error, isLoading: choices.isPending && choices.fetchStatus !== 'idle' };
}
