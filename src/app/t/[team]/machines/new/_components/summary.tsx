'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

import { findVariant, initialValues, type OptionValues } from '@/app/_forms/option-values';
import { FieldTextPrefix, useFieldText } from '@/app/_forms/use-field-text';
import type { KeyValuePair } from '@/app/_ui/key-value-pairs';
import { Mono } from '@/app/_ui/mono';
import { fieldShape, type OptionSchema } from '@/lib/option-schema';

import { EnforcementWord } from '../../_components/enforcement';
import { type AccessChoice, type DriverDescription, enforcementOf, type NewMachineValues } from './new-machine-values';

import classes from './new-machine.module.css';

export interface SummaryProps {
  readonly driver: DriverDescription;
  readonly values: NewMachineValues;
  readonly choices: readonly AccessChoice[];
  readonly thingName: (id: string) => string | undefined;
}

/** What is going to be made, as it stands now. */
export function Summary({ driver, values, choices, thingName }: SummaryProps) {
  const t = useTranslations('newMachine.summary');
  const people = choices.filter((choice) => values.access.includes(choice.membershipId)).map((choice) => choice.name);
  return (
    <section aria-labelledby="summary-title" className={classes['panel']}>
      <div className={classes['panelHead']}>
        <h2 id="summary-title">{t('title')}</h2>
      </div>
      <dl className={classes['facts']}>
        <Fact label={t('name')} value={values.name ? <Mono>{values.name}</Mono> : t('empty')} />
        <Fact label={t('driver')} value={driver.label} />
        <FieldTextPrefix value={`${driver.id}.options`}>
          <SettingsFacts path="options" schema={driver.options} values={values.options} thingName={thingName} />
        </FieldTextPrefix>
        {driver.engine && (
          <FieldTextPrefix value="engine">
            <SettingsFacts
              path="engine"
              schema={driver.engine}
              values={values.engine}
              thingName={thingName}
              isChangedOnly
            />
          </FieldTextPrefix>
        )}
        {driver.provisioning === 'ssh' && (
          <Fact label={t('enforcement')} value={<EnforcementWord enforcement={enforcementOf(driver, values)} />} />
        )}
        <Fact label={t('access')} value={people.length > 0 ? people.join(', ') : t('nobody')} />
      </dl>
    </section>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface SettingsFactsProps {
  readonly path: string;
  readonly schema: OptionSchema;
  readonly values: OptionValues;
  readonly thingName: (id: string) => string | undefined;
  /** Leaves out what is at its default, but for the first field; otherwise only where it stands in a group that may be folded. */
  readonly isChangedOnly?: boolean;
}

function SettingsFacts({ path, schema, values, thingName, isChangedOnly = false }: SettingsFactsProps) {
  const text = useFieldText();
  const t = useTranslations('newMachine.summary');
  const defaults = initialValues(schema);
  return Object.entries(schema.properties ?? {}).map(([name, field], index) => {
    const value = values[name];
    const isChanged = JSON.stringify(value) !== JSON.stringify(defaults[name]);
    const isLeftToDefault = isChangedOnly ? index > 0 : field.group !== undefined;
    if (isLeftToDefault && !isChanged) return null;
    const place = `${path}.${name}`;
    const words = { yes: t('yes'), secret: t('secret') };
    const shown = show(field, value, { text, place, thingName, words });
    if (shown === null && !schema.required?.includes(name)) return null;
    return <Fact key={name} label={text.title(place, field)} value={shown ?? t('empty')} />;
  });
}

interface ShowContext {
  readonly text: ReturnType<typeof useFieldText>;
  readonly place: string;
  readonly thingName: (id: string) => string | undefined;
  readonly words: { readonly yes: string; readonly secret: string };
}

const pairText = (item: unknown) => {
  if (typeof item === 'string') return item;
  const { name, value } = item as KeyValuePair;
  return `${name}=${value}`;
};

/** One value in few words; null where there is none. */
function show(schema: OptionSchema, value: unknown, { text, place, thingName, words }: ShowContext): ReactNode {
  if (Array.isArray(value)) return value.length > 0 ? <Mono>{value.map(pairText).join(' ')}</Mono> : null;
  if (typeof value === 'number') return `${value}${schema.unit ? ` ${schema.unit}` : ''}`;
  if (value === true) return words.yes;
  if (fieldShape(schema) === 'union') {
    const { kind } = value as { kind: string };
    const variant = findVariant(schema, kind);
    return variant ? text.variant(place, variant, kind).title : null;
  }
  if (typeof value !== 'string' || value === '') return null;
  switch (fieldShape(schema)) {
    case 'secret':
      return words.secret;
    case 'ssh-key':
    case 'hypervisor':
    case 'credential':
    case 'image':
      return thingName(value) ?? null;
    case 'select':
      return text.choice(place, schema, value);
    case 'multiline':
    case 'json':
      return '…';
    default:
      return <Mono>{value}</Mono>;
  }
}
