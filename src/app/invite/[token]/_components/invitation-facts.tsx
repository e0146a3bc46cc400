'use client';

import { useTranslations } from 'next-intl';

import { KeyValueList } from '@/app/_ui/key-value-list';
import { RelativeTime } from '@/app/_ui/relative-time';
import type { Role } from '@/lib/role';

/** The role that an invitation gives, what it allows, and until when. */
export function InvitationFacts({ role, expiresAt }: { readonly role: Role; readonly expiresAt: Date }) {
  const t = useTranslations('invite');
  const roles = useTranslations('team.roles');
  const names = useTranslations('frame.role');
  return (
    <div style={{ marginBottom: 20 }}>
      <KeyValueList
        items={[
          {
            key: 'role',
            label: t('role'),
            value: (
              <>
                <strong>{names(role)}</strong>
                <br />
                {roles(role)}
              </>
            ),
          },
          { key: 'expires', label: t('expires'), value: <RelativeTime at={expiresAt} /> },
        ]}
      />
    </div>
  );
}
