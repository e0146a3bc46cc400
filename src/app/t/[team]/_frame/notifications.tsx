'use client';

import { ActionIcon, Button, Drawer, Indicator, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { EmptyState } from '@/app/_ui/empty-state';
import { TextShape } from '@/app/_ui/loading-shape';

import { type NotificationView, NotificationItem } from './notification-item';

import classes from './notifications.module.css';

export interface NotificationsProps {
  /** Newest first; undefined until the first answer. */
  readonly notifications: readonly NotificationView[] | undefined;
  readonly unread: number;
  readonly onRead: (ids: readonly string[]) => void;
  readonly onReadAll: () => void;
  /** Why the list could not be read, or a notification not marked. */
  readonly problem: ReactNode;
}

/** How many things the member has not read yet, and a drawer that lists them. */
export function Notifications({ notifications, unread, onRead, onReadAll, problem }: NotificationsProps) {
  const t = useTranslations('notifications');
  const [isOpen, drawer] = useDisclosure(false);
  const label = t('unread', { count: unread });
  return (
    <>
      <Tooltip label={label}>
        <Indicator
          label={unread > 99 ? '99+' : unread}
          size={16}
          offset={7}
          disabled={unread === 0}
          classNames={{ indicator: 'qm-numbers' }}
        >
          <ActionIcon size={36} aria-label={label} onClick={drawer.open}>
            <IconBell size={20} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Indicator>
      </Tooltip>
      <Drawer opened={isOpen} onClose={drawer.close} position="right" size={420} title={t('title')}>
        {problem}
        {notifications === undefined && !problem && <TextShape lines={5} />}
        {notifications?.length === 0 && (
          <EmptyState icon={IconBell} title={t('empty')} description={t('emptyDescription')} />
        )}
        {notifications && notifications.length > 0 && (
          <>
            {unread > 0 && (
              <Button size="xs" variant="default" mb={8} onClick={onReadAll}>
                {t('markAll')}
              </Button>
            )}
            <ul className={classes['list']}>
              {notifications.map((notification) => (
                <NotificationItem
                  key={notification.id}
                  notification={notification}
                  onRead={() => onRead([notification.id])}
                  onFollow={drawer.close}
                />
              ))}
            </ul>
          </>
        )}
      </Drawer>
    </>
  );
}
