'use client';

import { Button, Checkbox, Popover, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { toggleTerm, valuesOf } from '@/lib/filter-terms';

import classes from './filter-bar.module.css';

export interface FacetOption {
  readonly value: string;
  /** Shown instead of the value; may be a badge. */
  readonly label?: ReactNode;
  /** How many things have it. */
  readonly count?: number | undefined;
}

export interface Facet {
  /** The key of the term: "state". */
  readonly key: string;
  readonly label: string;
  readonly options: readonly FacetOption[];
}

export interface FacetMenuProps {
  readonly facet: Facet;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** The values of one property to choose from, with their counts. */
export function FacetMenu({ facet, text, onChange }: FacetMenuProps) {
  const t = useTranslations('common.filter');
  const chosen = valuesOf(text, facet.key);
  // A chosen value that no row has any more must stay in sight, or it could not be taken back here.
  const gone = chosen.filter((value) => facet.options.every((option) => option.value !== value));
  const options: readonly FacetOption[] = [...facet.options, ...gone.map((value) => ({ value, count: 0 }))];
  return (
    <Popover position="bottom-start" trapFocus withRoles>
      <Popover.Target>
        <Button
          variant="default"
          className={classes['facet']}
          data-chosen={chosen.length > 0 || undefined}
          aria-label={[t('facet', { name: facet.label }), ...chosen].join(', ')}
          rightSection={<IconChevronDown size={14} stroke={1.8} aria-hidden />}
        >
          {facet.label}
          {chosen.length > 0 && (
            <span className={classes['chosen']}>
              {chosen.length === 1 ? nameOf(options, chosen[0]) : chosen.length}
            </span>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={4} miw={200} aria-label={facet.label}>
        {options.length === 0 && (
          <Text size="sm" c="dimmed" p={8}>
            {t('empty')}
          </Text>
        )}
        {options.map(({ value, label, count }) => (
          <label key={value} className={classes['option']}>
            <Checkbox
              size="xs"
              checked={chosen.includes(value)}
              onChange={() => onChange(toggleTerm(text, { key: facet.key, value }))}
            />
            <span className={classes['optionLabel']}>{label ?? value}</span>
            {count !== undefined && <span className={classes['count']}>{count}</span>}
          </label>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

const nameOf = (options: readonly FacetOption[], value: string | undefined): ReactNode =>
  options.find((option) => option.value === value)?.label ?? value;
