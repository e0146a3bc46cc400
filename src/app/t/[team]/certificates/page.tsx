import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { type CertificateTab, certificateTabs } from '@/lib/paths';
import { type Role, roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { AllCertificates } from './_all/all-certificates';
import { AuthoritiesPanel } from './_authorities/authorities-panel';
import { ChangeList } from './_changes/change-list';
import { accessChangeKindOf } from './_changes/receipt-summary';
import { CertificateTabs } from './_components/certificate-tabs';
import { certificateFilterOf, certificateOrderOf } from './_data/certificate-filter';
import { OwnDevices } from './_mine/own-devices';
import { PolicyPanel } from './_policy/policy-panel';
import { RadarPanel } from './_radar/radar-panel';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('certificates');
  return { title: t('title') };
}

interface CertificatesPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Viewers hold no certificates, so they have no devices here. */
const tabsFor = (role: Role): readonly CertificateTab[] =>
  certificateTabs.filter((tab) => tab !== 'mine' || roleReaches(role, 'member'));

const textOf = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);

export default async function CertificatesPage({ params, searchParams }: CertificatesPageProps) {
  const [{ team: slug }, query] = await Promise.all([params, searchParams]);
  const { team } = await requireTeam(slug);
  const t = await getTranslations('certificates');
  const tabs = tabsFor(team.role);
  const tab = tabs.find((candidate) => candidate === query['tab']) ?? tabs[0] ?? 'all';
  return (
    <>
      <PageHeader title={t('title')} description={t('description')}>
        <CertificateTabs team={slug} tab={tab} tabs={tabs} />
      </PageHeader>
      {await panelOf(tab, {
        team: slug,
        role: team.role,
        q: textOf(query['q']),
        sort: textOf(query['sort']),
        kind: textOf(query['kind']),
      })}
    </>
  );
}

interface PanelInput {
  readonly team: string;
  readonly role: Role;
  readonly q: string | undefined;
  readonly sort: string | undefined;
  readonly kind: string | undefined;
}

const panelOf = async (tab: CertificateTab, { team, role, q = '', sort, kind }: PanelInput) => {
  // These three load their own data.
  if (tab === 'authorities') return <AuthoritiesPanel team={team} />;
  if (tab === 'radar') return <RadarPanel team={team} />;
  if (tab === 'policy') return <PolicyPanel team={team} />;
  const caller = await getCaller();
  if (tab === 'mine') {
    const [initial, policy, engines] = await Promise.all([
      caller.certificates.list({ team, mine: true, kind: 'client', limit: 100 }),
      caller.certificates.policy({ team }),
      caller.machines.ownEngines({ team }),
    ]);
    return <OwnDevices team={team} role={role} initial={initial} policy={policy} engines={engines} />;
  }
  if (tab === 'changes') {
    const chosen = accessChangeKindOf(kind);
    const firstPage = await caller.changes.list({ team, ...(chosen && { kind: chosen }) });
    return <ChangeList team={team} initial={{ kind: kind ?? null, firstPage }} />;
  }
  const firstPage = await caller.certificates.list({
    team,
    ...certificateFilterOf(q),
    ...certificateOrderOf(sort ?? null),
  });
  return <AllCertificates team={team} role={role} initial={{ filter: q, sort: sort ?? null, firstPage }} />;
};
