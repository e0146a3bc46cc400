'use client';

import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { DisabledReason } from './disabled-reason';

export interface RowAction {
  readonly key: string;
  readonly label: string;
  readonly icon?: TablerIcon | undefined;
  readonly onSelect: () => void;
  /** Why it cannot be done now. The action stays in the menu and says so. */
  readonly disabledReason?: string | undefined;
  readonly isDestructive?: boolean | undefined;
}

export interface RowMenuProps {
  /** The thing that the actions are for, in the button's accessible name. */
  readonly name: string;
  readonly actions: readonly RowAction[];
}

/** The actions of one row behind one button. */
export function RowMenu({ name, actions }: RowMenuProps) {
  const t = useTranslations('common');
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t('actionsFor', { name })} size="md">
          <IconDots size={16} stroke={1.8} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ key, label, icon: Icon, onSelect, disabledReason, isDestructive }) => (
          <DisabledReason key={key} reason={disabledReason}>
            <Menu.Item
              onClick={onSelect}
              leftSection={Icon && <Icon size={16} stroke={1.8} aria-hidden />}
              {...(isDestructive && { c: 'var(--qm-failed)' })}
            >
              {label}
            </Menu.Item>
          </DisabledReason>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
