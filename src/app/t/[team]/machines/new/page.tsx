import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { EmptyState } from '@/app/_ui/empty-state';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../../_frame/page-header';
import { NewMachine } from './_components/new-machine';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('newMachine');
  return { title: t('title') };
}

interface NewMachinePageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function NewMachinePage({ params, searchParams }: NewMachinePageProps) {
  const { team } = await params;
  const { team: membership } = await requireTeam(team);
  const [t, machines] = await Promise.all([getTranslations('newMachine'), getTranslations('machines')]);
  const { driver } = await searchParams;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        breadcrumbs={[{ label: machines('title'), href: paths.machines(team) }]}
      />
      {roleReaches(membership.role, 'member') ? (
        <Prepared team={team} wanted={typeof driver === 'string' ? driver : undefined} />
      ) : (
        <EmptyState title={t('notAllowed')} description={t('notAllowedHint', { role: membership.role })} />
      )}
    </>
  );
}

/** The page for the driver in the address, or for the first one on offer. */
async function Prepared({ team, wanted }: { readonly team: string; readonly wanted: string | undefined }) {
  const caller = await getCaller();
  const [drivers, choices] = await Promise.all([
    caller.drivers.list({ team }),
    caller.machines.accessChoices({ team }),
  ]);
  const chosen = drivers.find(({ id }) => id === wanted) ?? drivers[0];
  if (!chosen) return null;
  const description = await caller.drivers.describe({ team, driver: chosen.id });
  return <NewMachine key={chosen.id} team={team} drivers={drivers} description={description} choices={choices} />;
}
