'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { usePathname } from 'next/navigation';

import type { Role } from '@/lib/role';

import { isCurrent, navigationFor } from './navigation';

import classes from './frame.module.css';

export interface RailProps {
  readonly team: string;
  readonly role: Role;
  readonly isOperator: boolean;
  readonly onNavigate?: (() => void) | undefined;
}

/** The list of pages at the left. */
export function Rail({ team, role, isOperator, onNavigate }: RailProps) {
  const t = useTranslations('frame');
  const pathname = usePathname();
  return (
    <nav aria-label={t('navigation')}>
      <ul className={classes['rail']}>
        {navigationFor(role, isOperator).map(({ key, path, icon: Icon }) => {
          const href = path(team);
          const current = isCurrent(href, pathname);
          return (
            <li key={key}>
              <Link
                href={href}
                className={classes['railLink']}
                aria-current={current ? 'page' : undefined}
                {...(onNavigate && { onClick: onNavigate })}
              >
                <Icon size={18} stroke={1.6} aria-hidden />
                {t(`rail.${key}`)}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
