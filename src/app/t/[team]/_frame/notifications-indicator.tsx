'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { CallError } from '@/app/_account/call-error';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

import { useTeamChange } from '../_live/team-live';
import { Notifications } from './notifications';

const refetchMs = 60_000;

type Listed = RouterOutputs['notifications']['list'];

/** The list with these notifications read, or all of them where no ids are given. */
function asRead({ notifications, unread }: Listed, ids: readonly string[] | undefined): Listed {
  const readAt = new Date();
  return {
    notifications: notifications.map((row) =>
      row.readAt === null && (ids === undefined || ids.includes(row.id)) ? { ...row, readAt } : row,
    ),
    unread: ids === undefined ? 0 : Math.max(0, unread - ids.length),
  };
}

/** The bell of the frame, fed live. Stands inside of TeamLiveProvider. */
export function NotificationsIndicator({ team }: { readonly team: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = trpc.notifications.list.queryOptions({ team }, { refetchInterval: refetchMs });
  const list = useQuery(options);
  useTeamChange(() => void list.refetch());
  const markRead = useMutation(
    trpc.notifications.markRead.mutationOptions({
      // Read at once on the screen; the answer puts it right where it fails.
      onMutate: ({ ids }) => queries.setQueryData(options.queryKey, (before) => before && asRead(before, ids)),
      onSettled: () => queries.invalidateQueries({ queryKey: options.queryKey }),
    }),
  );
  const error = list.error ?? markRead.error;
  return (
    <Notifications
      notifications={list.data?.notifications}
      unread={list.data?.unread ?? 0}
      onRead={(ids) => markRead.mutate({ team, ids: [...ids] })}
      onReadAll={() => markRead.mutate({ team })}
      problem={error && <CallError error={error} />}
    />
  );
}
