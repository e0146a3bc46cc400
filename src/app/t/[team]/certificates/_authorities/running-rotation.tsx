'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { LinkButton } from '@/app/_ui/link-button';
import { Notice } from '@/app/_ui/notice';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../../_live/team-live';

/** The move from one CA to the next, as it stands. */
export type Rotation = NonNullable<RouterOutputs['authorities']['rotation']['current']>;

const refetchMs = 10_000;

/** The team's rotation that is under way, and those that are over; live. */
export function useRotation(team: string) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.authorities.rotation.queryOptions(
      { team },
      { refetchInterval: ({ state }) => (state.data?.current ? refetchMs : false) },
    ),
  );
  useTeamChange(() => void query.refetch());
  return query;
}

/** Says above the CAs that one of them is being replaced. */
export function RunningRotation({ team, rotation }: { readonly team: string; readonly rotation: Rotation }) {
  const t = useTranslations('authorities');
  return (
    <Notice
      tone="active"
      title={t('rotation.running')}
      actions={
        <LinkButton size="xs" variant="default" href={paths.rotation(team)}>
          {t('rotation.open')}
        </LinkButton>
      }
    >
      {t('rotation.runningHint', {
        kind: t(`kinds.${rotation.kind}`),
        former: rotation.former.generation,
        next: rotation.next.generation,
      })}
    </Notice>
  );
}
