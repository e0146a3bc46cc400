'use client';

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconInfoCircle } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { RelativeTime } from '@/app/_ui/relative-time';
import { tones } from '@/app/_ui/tone';

import { notificationText } from './notification-text';

import classes from './notifications.module.css';

/** Something that a member should know and did not do themselves. */
export interface NotificationView {
  readonly id: string;
  /** Names its text in the messages, under `notifications.kinds`. */
  readonly kind: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly tone: 'info' | 'attention' | 'failed';
  /** A path in the console. */
  readonly href: string | null;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

export interface NotificationItemProps {
  readonly notification: NotificationView;
  readonly onRead: () => void;
  /** The reader goes to the page that it is about. */
  readonly onFollow: () => void;
}

const looks = {
  info: { ...tones.off, icon: IconInfoCircle },
  attention: tones.attention,
  failed: tones.failed,
} as const;

/** One notification: what, when, whether it was read. Following its link reads it. */
export function NotificationItem({ notification, onRead, onFollow }: NotificationItemProps) {
  const t = useTranslations('notifications');
  const { icon: Icon, colour } = looks[notification.tone];
  const isUnread = notification.readAt === null;
  const text = notificationText(t, notification);
  const follow = () => {
    if (isUnread) onRead();
    onFollow();
  };
  return (
    <li className={classes['item']} data-unread={isUnread || undefined}>
      <Icon
        className={classes['icon']}
        size={18}
        stroke={1.8}
        color={colour}
        aria-label={t(`tone.${notification.tone}`)}
      />
      <div className={classes['body']}>
        {notification.href === null ? (
          <span className={classes['text']}>{text}</span>
        ) : (
          <Link href={notification.href} className={classes['text']} onClick={follow}>
            {text}
          </Link>
        )}
        <span className={classes['when']}>
          {isUnread && <span className={classes['new']}>{t('new')}</span>}
          <RelativeTime at={notification.createdAt} />
        </span>
      </div>
      {isUnread && (
        <Tooltip label={t('markOne')}>
          <ActionIcon size="md" aria-label={`${t('markOne')}: ${text}`} onClick={onRead}>
            <IconCheck size={16} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
