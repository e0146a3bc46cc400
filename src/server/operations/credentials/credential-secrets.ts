import { isDeepStrictEqual } from 'node:util';

import { type OptionSchema, variantKind } from '@/lib/option-schema';

/** Values of a credential, nested as its schema is. */
export type CredentialValues = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is CredentialValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema of what is inside a field, for objects and for the variant of a union that a value is of. */
const inside = (field: OptionSchema, value: unknown): OptionSchema | undefined => {
  if (!isValues(value)) return undefined;
  if (field.oneOf) return field.oneOf.find((variant) => variantKind(variant) === value['kind']);
  return field.properties ? field : undefined;
};

/** Parts values into those that may be seen and those that are sealed, at any depth. Pure. */
export function splitCredential(schema: OptionSchema, values: CredentialValues) {
  const open: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const field = schema.properties?.[name] ?? {};
    const inner = inside(field, value);
    if (field.secret) secret[name] = value;
    else if (inner && isValues(value)) {
      const parts = splitCredential(inner, value);
      open[name] = parts.open;
      if (Object.keys(parts.secret).length > 0) secret[name] = parts.secret;
    } else open[name] = value;
  }
  return { open, secret };
}

/** Lays sealed values over those that may be seen, at any depth: the inverse of `splitCredential`. Pure. */
export const joinCredential = (open: CredentialValues, secret: CredentialValues): Record<string, unknown> => {
  const joined: Record<string, unknown> = { ...open };
  for (const [name, value] of Object.entries(secret)) {
    const beside = joined[name];
    joined[name] = isValues(value) && isValues(beside) ? joinCredential(beside, value) : value;
  }
  return joined;
};

/** The paths of the secrets that are there: "identity.secretAccessKey". Pure. */
export const secretPaths = (secret: CredentialValues, prefix = ''): readonly string[] =>
  Object.entries(secret).flatMap(([name, value]) =>
    isValues(value) ? secretPaths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );

/**
 * What was entered, with the stored secrets in the places that were left empty; a variant of another kind than the
 * stored one takes none of its secrets. Pure.
 */
export function keepSecrets(schema: OptionSchema, entered: CredentialValues, stored: CredentialValues) {
  const kept: Record<string, unknown> = { ...entered };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const before = stored[name];
    const now = entered[name];
    if (field.secret && now === undefined && before !== undefined) kept[name] = before;
    const inner = inside(field, now);
    if (inner && isValues(now) && isValues(before) && now['kind'] === before['kind']) {
      kept[name] = keepSecrets(inner, now, before);
    }
  }
  return kept;
}

/** The values of the fields that say where secrets are sent, by their paths. Pure. */
export const destinationsOf = (schema: OptionSchema, values: CredentialValues): string =>
  JSON.stringify(
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
      const value = values[name];
      const inner = inside(field, value);
      if (inner && isValues(value)) return [[name, destinationsOf(inner, value)]];
      return field.isDestination ? [[name, value ?? null]] : [];
    }),
  );

/** The paths of the values that differ: "identity.accessKeyId". A variant of another kind differs in its kind alone. Pure. */
export function changedPaths(before: CredentialValues, after: CredentialValues, prefix = ''): readonly string[] {
  if (before['kind'] !== after['kind']) return [`${prefix}kind`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (isValues(was) && isValues(is)) return changedPaths(was, is, `${prefix}${name}.`);
    return isDeepStrictEqual(was, is) ? [] : [`${prefix}${name}`];
  });
}
