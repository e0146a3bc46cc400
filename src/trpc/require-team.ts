import 'server-only';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';

import { paths } from '@/lib/paths';

import { findMe } from './me';

/** Who asked for the page. Signed out, the browser goes to sign in and comes back to where it was. */
export async function requireMe() {
  const me = await findMe();
  if (me) return me;
  const here = (await headers()).get('x-path') ?? undefined;
  redirect(paths.signIn({ next: here }));
}

/**
 * For the layout and every page of a team: who asked, and their team of this slug. Signed out, the browser goes to sign in
 * and comes back; a team that the person does not belong to is not found, as is one that does not exist.
 */
export async function requireTeam(slug: string) {
  const me = await requireMe();
  const team = me.teams.find((candidate) => candidate.slug === slug);
  if (!team) notFound();
  return { me, team };
}
