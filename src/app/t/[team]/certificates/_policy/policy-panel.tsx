'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { FormShape } from '@/app/_ui/loading-shape';
import { roleReaches } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import { useTeamRole } from '../../_frame/team-role';
import { PolicyFacts } from './policy-facts';
import { PolicyForm } from './policy-form';

/** The least role that changes the policy. */
export const policyRole = 'admin';

/** What the team asks of its certificates and keys: a form for those who may change it, facts for the others. */
export function PolicyPanel({ team }: { readonly team: string }) {
  const t = useTranslations('policy');
  const roles = useTranslations('frame.role');
  const trpc = useTRPC();
  const role = useTeamRole();
  const { data: policy, error, isPending } = useQuery(trpc.certificates.policy.queryOptions({ team }));
  const mayChange = roleReaches(role, policyRole);
  return (
    <Section
      title={t('title')}
      hint={mayChange ? t('hint') : `${t('hint')} ${t('shownOnly', { role: roles(policyRole) })}`}
    >
      <CallError error={error} />
      {isPending && <FormShape fields={5} />}
      {policy && (mayChange ? <PolicyForm team={team} policy={policy} /> : <PolicyFacts policy={policy} />)}
    </Section>
  );
}
