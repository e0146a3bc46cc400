import { Stack } from '@mantine/core';

import type { RouterOutputs } from '@/trpc/client';

import { PasswordForm } from './password-form';
import { ProfileForm } from './profile-form';
import { SessionList } from './session-list';

export interface AccountSettingsProps {
  readonly user: RouterOutputs['session']['me']['user'];
  readonly sessions: RouterOutputs['session']['list'];
}

/** What belongs to the person and no team: name, password, sessions. */
export function AccountSettings({ user, sessions }: AccountSettingsProps) {
  return (
    <Stack gap="lg">
      <ProfileForm user={user} />
      <PasswordForm user={user} />
      <SessionList initial={sessions} />
    </Stack>
  );
}
