'use client';

import type { ComponentType } from 'react';

import { type FieldShape, fieldShape, type OptionSchema } from '@/lib/option-schema';

import { CheckboxField, SelectField } from './fields/choice-fields';
import { RecordField, ValuesField } from './fields/collection-fields';
import { CredentialField } from './fields/credential-field';
import type { FieldProps } from './fields/field-props';
import { HypervisorField } from './fields/hypervisor-field';
import { ImageField } from './fields/image-field';
import { LiveTextField, LiveValuesField } from './fields/live-field';
import { NumberField } from './fields/number-field';
import { SshKeyField } from './fields/ssh-key-field';
import { MultilineField, SecretField, TextField } from './fields/text-field';
import { UnionField } from './fields/union-field';

import classes from './option-form.module.css';

const fields: Readonly<Record<FieldShape, ComponentType<FieldProps>>> = {
  text: TextField,
  multiline: MultilineField,
  json: MultilineField,
  secret: SecretField,
  'ssh-key': SshKeyField,
  hypervisor: HypervisorField,
  credential: CredentialField,
  image: ImageField,
  number: NumberField,
  checkbox: CheckboxField,
  select: SelectField,
  values: ValuesField,
  record: RecordField,
  union: (props) => <UnionField {...props} Fields={OptionFields} />,
  object: ({ path, schema }) => (
    <div className={classes['nested']}>
      <OptionFields path={path} schema={schema} />
    </div>
  ),
};

/** Where the driver can say what there is to choose from. */
const liveFields: Readonly<Partial<Record<FieldShape, ComponentType<FieldProps>>>> = {
  text: LiveTextField,
  values: LiveValuesField,
};

/** Two of these stand beside each other where there is room. */
const narrow: ReadonlySet<FieldShape> = new Set(['text', 'secret', 'number', 'select', 'checkbox']);

export interface OptionFieldsProps {
  readonly path: string;
  /** An object schema. */
  readonly schema: OptionSchema;
  /** Left out: all of them. */
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

/** The fields of an object schema in a grid, each drawn by the shape of its value. */
export function OptionFields({ path, schema, only, without = [] }: OptionFieldsProps) {
  const entries = Object.entries(schema.properties ?? {}).filter(
    ([name]) => (only?.includes(name) ?? true) && !without.includes(name),
  );
  return (
    <div className={classes['grid']}>
      {entries.map(([name, field]) => {
        const shape = fieldShape(field);
        // A test keeps such a schema out of the registry.
        if (!shape) return null;
        const Field = (field.live && liveFields[shape]) ?? fields[shape];
        return (
          <div key={name} className={classes['cell']} data-wide={!narrow.has(shape) || undefined}>
            <Field path={`${path}.${name}`} schema={field} isRequired={schema.required?.includes(name) ?? false} />
          </div>
        );
      })}
    </div>
  );
}
