'use client';

import { Radio, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { type Role, roleReaches, roles } from '@/lib/role';

export interface RoleChoiceProps {
  readonly label: string;
  /** Whose choice it is: nobody gives a role above their own. */
  readonly own: Role;
  readonly value?: Role;
  readonly onChange?: (role: string) => void;
}

/** The roles with what each may do. */
export function RoleChoice({ label, own, ...group }: RoleChoiceProps) {
  const names = useTranslations('frame.role');
  const t = useTranslations('team');
  return (
    <Radio.Group label={label} {...group}>
      <Stack gap={10} mt={8}>
        {roles.map((role) => {
          const isAbove = !roleReaches(own, role);
          return (
            <Radio
              key={role}
              value={role}
              label={names(role)}
              description={isAbove ? t('changeRole.above') : t(`roles.${role}`)}
              disabled={isAbove}
            />
          );
        })}
      </Stack>
    </Radio.Group>
  );
}
