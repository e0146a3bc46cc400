'use client';

import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { signOut } from 'next-auth/react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { paths } from '@/lib/paths';

import type { FrameMember } from './member';

import classes from './frame.module.css';

const colorSchemes = [
  { value: 'light', label: 'light', icon: IconSun },
  { value: 'dark', label: 'dark', icon: IconMoon },
  { value: 'auto', label: 'system', icon: IconDeviceDesktop },
] as const;

/** Who is signed in, light or dark, and the way out. */
export function MemberMenu({ member }: { readonly member: FrameMember }) {
  const t = useTranslations('frame.member');
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
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
          <Menu.Label>{t('appearance')}</Menu.Label>
          {colorSchemes.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value}>
              <span className={classes['menuLabel']}>
                <Icon size={16} stroke={1.6} aria-hidden />
                {t(label)}
              </span>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
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
