import { paths } from '@/lib/paths';

/** The parameter that opens the dialog, so that a link and the back button know it. */
export const inviteParameter = 'invite';

export const openInviteDialog = (team: string) =>
  window.history.pushState(null, '', `${paths.members(team)}?${inviteParameter}=1`);

export const closeInviteDialog = (team: string) => window.history.replaceState(null, '', paths.members(team));
