import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, type DerNode, objectId, objectIdOf, sequence, set, utf8String } from './der';

export interface DistinguishedName {
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly commonName: string;
}

const attributes = {
  organization: { id: '2.5.4.10', short: 'O' },
  organizationalUnit: { id: '2.5.4.11', short: 'OU' },
  commonName: { id: '2.5.4.3', short: 'CN' },
} as const satisfies Record<keyof DistinguishedName, { id: string; short: string }>;

const attributeOrder = ['organization', 'organizationalUnit', 'commonName'] as const;

/** RFC 5280 appendix A: ub-common-name, ub-organization-name and ub-organizational-unit-name. */
const upperBound = 64;

// Control characters cut a name short in some readers (the NUL trick) or forge lines in logs; a lone surrogate has no
// UTF-8 form.
const unwritable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Checks a text that goes into a certificate. Out: the text without white space around it.
 * Throws input.invalid with the field named.
 */
export function certificateText(value: string, field: string): string {
  const text = value.trim();
  if (text !== '' && !unwritable.test(text)) return text;
  const sentence =
    text === '' ? 'This cannot be empty in a certificate.' : 'Control characters cannot stand in a certificate.';
  throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { [field]: sentence } });
}

/** Encodes a name as UTF8String attributes. A value over the standard's 64 characters is shortened and ends in "…". */
export function encodeName(name: DistinguishedName): DerNode {
  return sequence(presentAttributes(name).map(({ id, value }) => set([sequence([objectId(id), utf8String(value)])])));
}

/** The name as one line for people and rows: "CN=…, OU=…, O=…". It is not meant to be parsed. */
export function describeName(name: DistinguishedName): string {
  return presentAttributes(name)
    .map(({ short, value }) => `${short}=${value}`)
    .reverse()
    .join(', ');
}

/** Reads the last value of one attribute from a Name; null if there is none. String types other than BMPString only. */
export function readNameAttribute(name: DerNode | undefined, attribute: keyof DistinguishedName): string | null {
  let found: string | null = null;
  for (const relativeName of childrenOf(name) ?? []) {
    for (const pair of childrenOf(relativeName) ?? []) {
      const [type, value] = childrenOf(pair) ?? [];
      if (objectIdOf(type) === attributes[attribute].id) found = bytesOf(value)?.toString('utf8') ?? null;
    }
  }
  return found;
}

function presentAttributes(name: DistinguishedName) {
  return attributeOrder.flatMap((key) => {
    const value = name[key];
    return value === undefined ? [] : [{ ...attributes[key], value: shorten(certificateText(value, key)) }];
  });
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length <= upperBound ? text : `${characters.slice(0, upperBound - 1).join('')}…`;
}
