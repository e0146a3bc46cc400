'use client';

import { Avatar, Menu, SegmentedControl, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { signOut } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { paths } from '@/lib/paths';

import type { FrameMember } from './member';

import classes from './frame.module.css';

/** Who is signed in, light or dark, and the way out. */
export function MemberMenu({ member }: { readonly member: FrameMember }) {
  const t = useTranslations('frame.member');
  const isMounted = useMounted();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: false });
  return (
    <Menu position="bottom-end" width={248}>
      <Menu.Target>
        <UnstyledButton className={classes['memberButton']} aria-label={t('label', { name: member.name })}>
          <Avatar size={28} name={member.name} color="harbour" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes['memberCard']}>
          <p>{member.name}</p>
          <p>{member.email}</p>
        </div>
        <Menu.Divider />
        <Menu.Label id="appearance">{t('appearance')}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          mx={8}
          mb={8}
          aria-labelledby="appearance"
          // The choice is in the browser's storage: the server cannot know it.
          value={isMounted ? colorScheme : 'auto'}
          onChange={(value) => setColorScheme(value as typeof colorScheme)}
          data={[
            { value: 'light', label: t('light') },
            { value: 'dark', label: t('dark') },
            { value: 'auto', label: t('system') },
          ]}
        />
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href={paths.account()}
          leftSection={<IconUser size={16} stroke={1.6} aria-hidden />}
        >
          {t('account')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />}
          onClick={() => void signOut({ callbackUrl: paths.signIn() })}
        >
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
