'use client';

import { useTranslations } from 'next-intl';

import { CopyButton } from './copy';
import { scrollable } from './explicit-roles';

import classes from './copy.module.css';

export interface CodeBlockProps {
  readonly code: string;
  /** What it is ("bash", "Line for authorized_keys"); shown above and used for the copy button's name. */
  readonly label?: string | undefined;
  /** Long lines break by default; without, they scroll sideways. */
  readonly isWrapped?: boolean | undefined;
}

/** Commands or file content in the fixed-width font, to be read and copied. */
export function CodeBlock({ code, label, isWrapped = true }: CodeBlockProps) {
  const t = useTranslations('common');
  const copy = <CopyButton value={code} {...(label === undefined ? {} : { name: label })} />;
  const text = (
    <pre
      className={classes['code']}
      data-wrap={isWrapped || undefined}
      {...scrollable}
      aria-label={label ?? t('details')}
    >
      {code}
    </pre>
  );
  if (label === undefined) {
    return (
      <div className={`${classes['block'] ?? ''} ${classes['body'] ?? ''}`}>
        {text}
        <span className={classes['corner']}>{copy}</span>
      </div>
    );
  }
  return (
    <div className={classes['block']}>
      <div className={classes['caption']}>
        <span>{label}</span>
        {copy}
      </div>
      {text}
    </div>
  );
}
