'use client';

import { SimpleGrid, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useSearchParams } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { CodeBlock } from '@/app/_ui/code-block';
import { paths } from '@/lib/paths';
import type { Role } from '@/lib/role';
import { useTRPC } from '@/trpc/client';

import type { ReachableEngine } from '../../../_client-certificate/client-archive';
import { RenewalOutcome } from '../../../_client-certificate/renewal-outcome';
import { useRenewal } from '../../../_client-certificate/use-renewal';
import { PageHeader } from '../../../_frame/page-header';
import { useTeamChange } from '../../../_live/team-live';
import { certificateActs, CertificateDialog } from '../../_actions/certificate-dialog';
import { CertificateStateBadge } from '../../_components/certificate-state-badge';
import { certificateName, certificateSubject } from '../../_data/certificate-name';
import type { CertificateDetails } from '../../_data/types';
import { AdmittedWhere } from './admitted-where';
import { CertificateActions } from './certificate-actions';
import { IdentityFacts, LifeFacts } from './certificate-facts';
import { CertificateHistory } from './certificate-history';

export interface CertificatePageProps {
  readonly team: string;
  readonly role: Role;
  readonly initial: CertificateDetails;
  readonly engines: readonly ReachableEngine[];
}

/** The parameter that opens the dialog of an act. */
const actParameter = 'act';

/** One certificate: what it says, who accepts it, what was done about it, and what may be. */
export function CertificatePage({ team, role, initial, engines }: CertificatePageProps) {
  const t = useTranslations('certificates');
  const trpc = useTRPC();
  const query = useQuery(
    trpc.certificates.get.queryOptions({ team, id: initial.id }, { initialData: initial, refetchInterval: 30_000 }),
  );
  useTeamChange(() => void query.refetch());
  const renewal = useRenewal({ team, engines });
  const certificate = query.data;
  const { open, act, close } = useActInAddress(team, certificate.id);
  return (
    <>
      <PageHeader
        title={certificateName(certificate)}
        isName={certificate.kind === 'engine'}
        badge={<CertificateStateBadge state={certificate.state} variant="soft" />}
        breadcrumbs={[
          {
            label: t('title'),
            href: paths.certificates(team, { tab: certificate.mine ? 'mine' : 'all' }),
          },
        ]}
        description={t(`kindHint.${certificate.kind}`, { name: certificate.holderName ?? certificate.subject })}
        actions={<CertificateActions certificate={certificate} role={role} renewal={renewal} onAct={open} />}
      />
      <Stack gap={16}>
        <RenewalOutcome team={team} renewal={renewal} />
        <CallError error={query.error} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing={16}>
          <IdentityFacts team={team} certificate={certificate} />
          <LifeFacts team={team} certificate={certificate} />
        </SimpleGrid>
        {certificate.kind !== 'engine' && <AdmittedWhere team={team} certificate={certificate} />}
        <CertificateHistory team={team} changes={certificate.changes} />
        <Section title={t('page.pem')}>
          <CodeBlock label="cert.pem" code={certificate.pem.trim()} isWrapped={false} />
        </Section>
      </Stack>
      {act && (
        <CertificateDialog
          team={team}
          act={act}
          ids={[certificate.id]}
          subject={certificateSubject(certificate)}
          onClose={close}
        />
      )}
    </>
  );
}

function useActInAddress(team: string, id: string) {
  const asked = useSearchParams().get(actParameter);
  const here = paths.certificate(team, id);
  return {
    act: certificateActs.find((act) => act === asked),
    open: (act: string) => window.history.pushState(null, '', `${here}?${actParameter}=${act}`),
    close: () => window.history.replaceState(null, '', here),
  };
}
