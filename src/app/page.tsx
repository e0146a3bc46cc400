import { redirect } from 'next/navigation';

import { paths } from '@/lib/paths';
import { findMe } from '@/trpc/me';
import { getCaller } from '@/trpc/server';

/** The address without a path: the set-up, the sign-in, or the machines of the first team. */
export default async function HomePage() {
  const me = await findMe();
  const team = me?.teams[0];
  if (team) redirect(paths.machines(team.slug));
  if (me) redirect(paths.account());
  const caller = await getCaller();
  redirect((await caller.setup.describe({})) === 'done' ? paths.signIn() : paths.setUp());
}
