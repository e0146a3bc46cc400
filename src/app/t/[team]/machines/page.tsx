import { IconPlus } from '@tabler/icons-react';
import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';

import { LinkButton } from '@/app/_ui/link-button';
import { parseMachineOrder } from '@/lib/machine-filter';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { requireTeam } from '@/trpc/require-team';
import { getCaller } from '@/trpc/server';

import { PageHeader } from '../_frame/page-header';
import { MachineList } from './_components/machine-list';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('machines');
  return { title: t('title') };
}

interface MachinesPageProps {
  readonly params: Promise<{ readonly team: string }>;
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** As long as the list takes. */
const filterLengthMax = 500;

const textOf = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);

export default async function MachinesPage({ params, searchParams }: MachinesPageProps) {
  const { team } = await params;
  const { team: membership } = await requireTeam(team);
  const address = await searchParams;
  const filter = (textOf(address['q']) ?? '').slice(0, filterLengthMax);
  const sort = textOf(address['sort']);
  const caller = await getCaller();
  const mayCreate = roleReaches(membership.role, 'member');
  const [firstPage, facets, drivers] = await Promise.all([
    caller.machines.list({ team, filter, ...parseMachineOrder(sort) }),
    caller.machines.facets({ team }),
    mayCreate ? caller.drivers.list({ team }) : [],
  ]);
  const t = await getTranslations('machines');
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          mayCreate && (
            <LinkButton href={paths.newMachine(team)} leftSection={<IconPlus size={16} aria-hidden />}>
              {t('new')}
            </LinkButton>
          )
        }
      />
      <MachineList team={team} initial={{ filter, sort, firstPage, facets }} drivers={drivers} mayOperate={mayCreate} />
    </>
  );
}
