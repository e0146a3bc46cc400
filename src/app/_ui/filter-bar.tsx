'use client';

import { ActionIcon, TextInput } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { type Facet, FacetMenu } from './facet-menu';
import { useDraft } from './use-draft';

import classes from './filter-bar.module.css';

export interface FilterBarProps {
  /** The filter's text, in the grammar of `@/lib/filter-terms`: `state=running label=env=prod web`. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What can be chosen by click; each choice adds or removes a term of the text. */
  readonly facets?: readonly Facet[] | undefined;
  readonly placeholder?: string | undefined;
  /** Says what the text field filters ("Filter machines"). */
  readonly label?: string | undefined;
  /** Stands at the right: a count, buttons. */
  readonly children?: ReactNode;
}

/** Filters a list by typed terms and by clicks; both write the same text, which belongs in the address. */
export function FilterBar({ value, onChange, facets = [], placeholder, label, children }: FilterBarProps) {
  const t = useTranslations('common.filter');
  const { draft, type, set } = useDraft(value, onChange);
  return (
    <search className={classes['bar']}>
      <TextInput
        className={classes['text']}
        aria-label={label ?? t('label')}
        placeholder={placeholder ?? t('label')}
        value={draft}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') set(draft);
          if (event.key === 'Escape' && draft !== '') set('');
        }}
        leftSection={<IconFilter size={16} stroke={1.6} aria-hidden />}
        rightSection={
          draft !== '' && (
            <ActionIcon size="sm" aria-label={t('clear')} onClick={() => set('')}>
              <IconX size={14} stroke={1.8} aria-hidden />
            </ActionIcon>
          )
        }
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
      />
      {facets.map((facet) => (
        <FacetMenu key={facet.key} facet={facet} text={draft} onChange={set} />
      ))}
      {children !== undefined && <div className={classes['end']}>{children}</div>}
    </search>
  );
}
