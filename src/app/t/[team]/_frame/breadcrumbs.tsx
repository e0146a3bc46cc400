import { IconChevronRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import classes from './page-header.module.css';

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/** The way from the list down to this page; the page itself is the title below. */
export function Breadcrumbs({ items }: { readonly items: readonly Crumb[] }) {
  const t = useTranslations('frame');
  return (
    <nav aria-label={t('breadcrumbs')}>
      <ol className={classes['crumbs']}>
        {items.map(({ label, href }) => (
          <li key={href}>
            <Link href={href}>{label}</Link>
            <IconChevronRight size={14} stroke={1.6} aria-hidden />
          </li>
        ))}
      </ol>
    </nav>
  );
}
