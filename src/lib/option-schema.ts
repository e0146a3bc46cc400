import type { FieldMeta } from './field-meta';

/**
 * A JSON Schema (draft 2020-12) as z.toJSONSchema writes it for an options schema, narrowed to what the option form
 * reads, with the field metadata in between.
 */
export interface OptionSchema extends FieldMeta {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | OptionSchema;
  readonly propertyNames?: OptionSchema;
  readonly items?: OptionSchema;
  readonly oneOf?: readonly OptionSchema[];
  readonly anyOf?: readonly OptionSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** The ways in which the option form can draw a field. */
export type FieldShape =
  | 'text'
  | 'multiline'
  | 'json'
  | 'secret'
  | 'ssh-key'
  | 'hypervisor'
  | 'credential'
  | 'image'
  | 'number'
  | 'checkbox'
  | 'select'
  | 'values'
  | 'record'
  | 'union'
  | 'object';

/** The value of `kind` that a variant of a union stands for; undefined where it is none. */
export function variantKind(variant: OptionSchema): string | undefined {
  const kind = variant.properties?.['kind']?.const;
  return typeof kind === 'string' ? kind : undefined;
}

const isString = (schema: OptionSchema | boolean | undefined): boolean =>
  typeof schema === 'object' && schema.type === 'string' && schema.enum === undefined;

function stringShape(schema: OptionSchema): FieldShape {
  if (schema.secret) return 'secret';
  if (schema.enum) return 'select';
  if (schema.widget) return schema.widget;
  if (schema.language) return schema.language;
  return schema.multiline ? 'multiline' : 'text';
}

function objectShape(schema: OptionSchema): FieldShape | undefined {
  if (schema.properties) {
    return Object.values(schema.properties).every((field) => fieldShape(field) !== undefined) ? 'object' : undefined;
  }
  return isString(schema.additionalProperties) ? 'record' : undefined;
}

/**
 * How the option form draws a field; undefined where it cannot, which a test refuses for every driver. A union is one of
 * strict objects told apart by `kind`. Pure.
 */
export function fieldShape(schema: OptionSchema): FieldShape | undefined {
  if (schema.oneOf) {
    const drawable = schema.oneOf.every(
      (variant) => variantKind(variant) !== undefined && objectShape(variant) === 'object',
    );
    return drawable ? 'union' : undefined;
  }
  switch (schema.type) {
    case 'string':
      return schema.const === undefined ? stringShape(schema) : 'text';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'checkbox';
    case 'array':
      return isString(schema.items) ? 'values' : undefined;
    case 'object':
      return objectShape(schema);
    default:
      return undefined;
  }
}
