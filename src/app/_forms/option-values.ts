import type { KeyValuePair } from '@/app/_ui/key-value-pairs';
import { fieldShape, type OptionSchema, variantKind } from '@/lib/option-schema';

/** What the fields of an options schema hold while they are edited, by name. Texts for texts, pairs for records. */
export type OptionValues = Readonly<Record<string, unknown>>;

const fieldsOf = (schema: OptionSchema) => Object.entries(schema.properties ?? {});

export const findVariant = (schema: OptionSchema, kind: unknown): OptionSchema | undefined =>
  schema.oneOf?.find((variant) => variantKind(variant) === kind);

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const toPairs = (value: unknown): readonly KeyValuePair[] =>
  Object.entries(asRecord(value)).map(([name, text]) => ({ name, value: String(text) }));

/** The fields of a variant at their defaults, with the kind that names it. */
export const initialVariant = (variant: OptionSchema, given: unknown = {}): OptionValues => ({
  ...initialValues(variant, asRecord(given)),
  kind: variantKind(variant),
});

function initialUnion(schema: OptionSchema, given: unknown): OptionValues {
  const variant = findVariant(schema, asRecord(given)['kind']) ?? schema.oneOf?.[0];
  return variant ? initialVariant(variant, given) : {};
}

function initialValue(schema: OptionSchema, given: unknown): unknown {
  switch (fieldShape(schema)) {
    case 'checkbox':
      return given === true;
    case 'number':
      return typeof given === 'number' ? given : '';
    case 'select':
    case 'ssh-key':
    case 'hypervisor':
    case 'credential':
    case 'image':
      return typeof given === 'string' ? given : null;
    case 'values':
      return Array.isArray(given) ? given : [];
    case 'record':
      return toPairs(given);
    case 'union':
      return initialUnion(schema, given);
    case 'object':
      return initialValues(schema, asRecord(given));
    default:
      return typeof given === 'string' ? given : '';
  }
}

/** The values of an untouched form: the defaults, or what `given` (settings as the server has them) says. Pure. */
export function initialValues(schema: OptionSchema, given: OptionValues = {}): OptionValues {
  return Object.fromEntries(
    fieldsOf(schema).map(([name, field]) => [name, initialValue(field, given[name] ?? field.default)]),
  );
}

function toRecord(pairs: readonly KeyValuePair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(({ name, value }) => name || value).map(({ name, value }) => [name, value]));
}

function inputOf(schema: OptionSchema, value: unknown): unknown {
  switch (fieldShape(schema)) {
    case 'record':
      return toRecord(value as readonly KeyValuePair[]);
    case 'union': {
      const variant = findVariant(schema, asRecord(value)['kind']);
      return variant && toInput(variant, asRecord(value));
    }
    case 'object':
      return toInput(schema, asRecord(value));
    default:
      return value === '' || value === null ? undefined : value;
  }
}

/** What the server gets for the values of a form: empty fields are left out, so that their defaults apply. Pure. */
export function toInput(schema: OptionSchema, values: OptionValues): Record<string, unknown> {
  return Object.fromEntries(
    fieldsOf(schema)
      .map(([name, field]) => [name, inputOf(field, values[name])] as const)
      .filter(([, input]) => input !== undefined),
  );
}

/** The names of the fields that still have to be filled in. Pure. */
export const missingFields = (schema: OptionSchema, values: OptionValues): readonly string[] => {
  const input = toInput(schema, values);
  return (schema.required ?? []).filter((name) => input[name] === undefined);
};

/** How many fields differ from an untouched form. Pure. */
export function countChanged(schema: OptionSchema, values: OptionValues, names: readonly string[]): number {
  const untouched = initialValues(schema);
  return names.filter((name) => JSON.stringify(values[name]) !== JSON.stringify(untouched[name])).length;
}

/** The values that may be kept in the browser: secrets are emptied. Pure. */
export function withoutSecrets(schema: OptionSchema, values: OptionValues): OptionValues {
  return Object.fromEntries(
    fieldsOf(schema).map(([name, field]) => [name, fieldShape(field) === 'secret' ? '' : values[name]]),
  );
}

const isPairs = (value: unknown) =>
  Array.isArray(value) &&
  value.every(
    (pair: unknown) => typeof asRecord(pair)['name'] === 'string' && typeof asRecord(pair)['value'] === 'string',
  );

function isKept(schema: OptionSchema, value: unknown): boolean {
  switch (fieldShape(schema)) {
    case 'checkbox':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' || value === '';
    case 'select':
    case 'ssh-key':
    case 'hypervisor':
    case 'credential':
    case 'image':
      return typeof value === 'string' || value === null;
    case 'values':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'record':
      return isPairs(value);
    case 'union': {
      const variant = findVariant(schema, asRecord(value)['kind']);
      return variant !== undefined && fieldsOf(variant).every(([name, field]) => isKept(field, asRecord(value)[name]));
    }
    case 'object':
      return fieldsOf(schema).every(([name, field]) => isKept(field, asRecord(value)[name]));
    default:
      return typeof value === 'string';
  }
}

/** Reads values back that were kept in the browser, by an older version perhaps: what does not fit starts anew. Pure. */
export function restoreValues(schema: OptionSchema, kept: unknown): OptionValues {
  const values = asRecord(kept);
  return {
    ...initialValues(schema),
    ...Object.fromEntries(
      fieldsOf(schema)
        .filter(([name, field]) => fieldShape(field) !== 'secret' && isKept(field, values[name]))
        .map(([name]) => [name, values[name]]),
    ),
  };
}
