'use client';

import { Accordion } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import type { OptionSchema } from '@/lib/option-schema';

import { OptionFields } from './option-field';
import { useOptionStore } from './option-form-context';
import { countChanged, type OptionValues } from './option-values';
import { FieldTextPrefix, useFieldText } from './use-field-text';

import classes from './option-form.module.css';

export interface OptionFormProps {
  /** Where the values stand in the form: "options". */
  readonly path: string;
  /** JSON Schema of a strict object, as `drivers.describe` gives it. */
  readonly schema: OptionSchema;
  /** Where its words are translated, under `drivers` in the messages. */
  readonly textPrefix: string;
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

interface FieldGroup {
  readonly title: string;
  readonly names: readonly string[];
}

/** The groups in the order in which they first appear; fields without one come apart. */
function groupsOf({ schema, only, without = [] }: OptionFormProps) {
  const common: string[] = [];
  const groups = new Map<string, string[]>();
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (without.includes(name) || !(only?.includes(name) ?? true)) continue;
    if (field.group === undefined) common.push(name);
    else groups.set(field.group, [...(groups.get(field.group) ?? []), name]);
  }
  return { common, groups: [...groups].map(([title, names]): FieldGroup => ({ title, names })) };
}

/**
 * Draws the form of any options schema: fields without a group first and open, the others under folded groups, of which
 * the first is open when nothing stands before it. A group with an error unfolds. Values and errors come from the
 * OptionStore around it.
 */
export function OptionForm(props: OptionFormProps) {
  const { path, schema, textPrefix } = props;
  const { common, groups } = groupsOf(props);
  return (
    <FieldTextPrefix value={textPrefix}>
      {common.length > 0 && <OptionFields path={path} schema={schema} only={common} />}
      {groups.length > 0 && (
        <Groups path={path} schema={schema} groups={groups} isFirstOpen={common.length === 0 && groups.length > 0} />
      )}
    </FieldTextPrefix>
  );
}

interface GroupsProps {
  readonly path: string;
  readonly schema: OptionSchema;
  readonly groups: readonly FieldGroup[];
  readonly isFirstOpen: boolean;
}

function Groups({ path, schema, groups, isFirstOpen }: GroupsProps) {
  const t = useTranslations('form');
  const text = useFieldText();
  const store = useOptionStore();
  const [opened, setOpened] = useState<readonly string[]>(
    isFirstOpen ? groups.slice(0, 1).map(({ title }) => title) : [],
  );
  const values = (store.valueAt(path) ?? {}) as OptionValues;

  const hasError = ({ names }: FieldGroup) =>
    names.some(
      (name) =>
        store.errorAt(`${path}.${name}`) !== undefined || Object.keys(store.errorsUnder(`${path}.${name}`)).length > 0,
    );
  const shown = groups.filter((group) => opened.includes(group.title) || hasError(group)).map(({ title }) => title);

  return (
    <Accordion multiple chevronPosition="left" value={shown} onChange={setOpened} className={classes['groups']}>
      {groups.map(({ title, names }) => {
        const changed = countChanged(schema, values, names);
        return (
          <Accordion.Item key={title} value={title}>
            <Accordion.Control>
              <span className={classes['groupTitle']}>
                {text.group(title)}
                {changed > 0 && <span className={classes['changed']}>{t('changed', { count: changed })}</span>}
              </span>
            </Accordion.Control>
            <Accordion.Panel>
              <OptionFields path={path} schema={schema} only={names} />
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}
