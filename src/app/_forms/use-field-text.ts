'use client';

import { useTranslations } from 'next-intl';
import { createContext, useContext } from 'react';

import type { OptionSchema } from '@/lib/option-schema';

/**
 * Where translations of a schema's own English words are looked up, in the messages under `drivers`: "<prefix>.<field>.title".
 * A schema whose words are not translated keeps them.
 */
const Prefix = createContext<string | undefined>(undefined);
export const FieldTextPrefix = Prefix.Provider;

type Lookup = ((key: string) => string) & { has(key: string): boolean };

/** Finds the words of a field: translated where the messages have them, else the schema's own. */
export function useFieldText() {
  // Keys come from schemas, so their type cannot name them.
  const t = useTranslations('drivers') as unknown as Lookup;
  const prefix = useContext(Prefix);
  const find = (rest: string, own: string): string => {
    const key = `${prefix ?? ''}.${rest}`;
    return prefix !== undefined && t.has(key) ? t(key) : own;
  };
  const keyOf = (path: string) => path.split('.').slice(1).join('.');
  return {
    title: (path: string, schema: OptionSchema) =>
      find(`${keyOf(path)}.title`, schema.title ?? path.split('.').at(-1) ?? path),
    description: (path: string, schema: OptionSchema) =>
      schema.description === undefined ? undefined : find(`${keyOf(path)}.description`, schema.description),
    choice: (path: string, schema: OptionSchema, value: string) =>
      find(`${keyOf(path)}.choices.${value}`, schema.choices?.[value] ?? value),
    variant: (path: string, variant: OptionSchema, kind: string) => ({
      title: find(`${keyOf(path)}.variants.${kind}.title`, variant.title ?? kind),
      description: find(`${keyOf(path)}.variants.${kind}.description`, variant.description ?? ''),
    }),
    group: (title: string) => find(`groups.${title}`, title),
  };
}
