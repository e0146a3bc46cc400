import forge from 'node-forge';

import { AppError, type AppErrorInput } from '@/server/errors/app-error';

const { asn1 } = forge;

/** One DER element as node-forge holds it: a list of elements when constructed, else its bytes as a Latin-1 string. */
export type DerNode = forge.asn1.Asn1;

interface FromDerOptions {
  readonly strict: boolean;
  readonly parseAllBytes: boolean;
  readonly decodeBitStrings: boolean;
}

// The published types know only the boolean form; the options form is what node-forge documents in asn1.js.
// Without decodeBitStrings a key or signature that happens to look like DER would be taken apart.
const fromDer = asn1.fromDer as unknown as (bytes: string, options: FromDerOptions) => DerNode;

const universal = (type: forge.asn1.Type, value: string | DerNode[]): DerNode =>
  asn1.create(asn1.Class.UNIVERSAL, type, Array.isArray(value), value);

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export const sequence = (children: DerNode[]): DerNode => universal(asn1.Type.SEQUENCE, children);
export const set = (children: DerNode[]): DerNode => universal(asn1.Type.SET, children);
export const nullValue = (): DerNode => universal(asn1.Type.NULL, '');
export const trueValue = (): DerNode => universal(asn1.Type.BOOLEAN, '\u00ff');
export const octetString = (bytes: Uint8Array): DerNode => universal(asn1.Type.OCTETSTRING, latin1(bytes));
export const objectId = (dotted: string): DerNode => universal(asn1.Type.OID, asn1.oidToDer(dotted).getBytes());
export const utf8String = (text: string): DerNode => universal(asn1.Type.UTF8, latin1(Buffer.from(text, 'utf8')));

/** A BIT STRING; `unusedBits` counts the padding at the end of its last byte. */
export const bitString = (bytes: Uint8Array, unusedBits = 0): DerNode =>
  universal(asn1.Type.BITSTRING, String.fromCharCode(unusedBits) + latin1(bytes));

/** A non-negative INTEGER from its big-endian bytes; a leading zero is added where the top bit would read as a sign. */
export function unsignedInteger(bytes: Uint8Array): DerNode {
  const text = latin1(bytes);
  return universal(asn1.Type.INTEGER, text.charCodeAt(0) >= 0x80 ? `\u0000${text}` : text);
}

/** An ENUMERATED of one byte. */
export const enumerated = (value: number): DerNode => universal(asn1.Type.ENUMERATED, String.fromCharCode(value));

/** UTCTime up to 2049, GeneralizedTime from 2050 on. Source: RFC 5280 4.1.2.5. */
export function time(at: Date): DerNode {
  return at.getUTCFullYear() < 2050
    ? universal(asn1.Type.UTCTIME, asn1.dateToUtcTime(at))
    : universal(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(at));
}

/** A context-specific element: EXPLICIT around children, or IMPLICIT over bytes. */
export const contextTag = (tag: number, value: Uint8Array | DerNode[]): DerNode =>
  asn1.create(
    asn1.Class.CONTEXT_SPECIFIC,
    tag as forge.asn1.Type,
    Array.isArray(value),
    Array.isArray(value) ? value : latin1(value),
  );

export const encodeDer = (node: DerNode): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1');

/**
 * Reads exactly one DER element that fills the given bytes.
 * Anything that is BER but not DER is refused, so that encoding a part of the result again gives the very bytes that a
 * signature was made over. Throws the error that `refusal` describes.
 */
export function decodeDer(der: Buffer, refusal: AppErrorInput): DerNode {
  let node: DerNode;
  let again: Buffer;
  try {
    node = fromDer(latin1(der), { strict: true, parseAllBytes: true, decodeBitStrings: false });
    again = encodeDer(node);
  } catch (cause) {
    throw new AppError({ ...refusal, cause });
  }
  if (!again.equals(der)) throw new AppError({ ...refusal, internal: 'not in the distinguished encoding (DER)' });
  return node;
}

/** The elements inside a constructed element; null for any other. */
export const childrenOf = (node: DerNode | undefined): DerNode[] | null =>
  node && Array.isArray(node.value) ? node.value : null;

/** The bytes of a primitive element; null for any other. */
export const bytesOf = (node: DerNode | undefined): Buffer | null =>
  node && typeof node.value === 'string' ? Buffer.from(node.value, 'latin1') : null;

/** Whether the element is SEQUENCE, SET, BITSTRING, … of the universal class. */
export const isUniversal = (node: DerNode | undefined, type: keyof typeof asn1.Type): node is DerNode =>
  node?.tagClass === asn1.Class.UNIVERSAL && node.type === asn1.Type[type];

/** Whether the element carries the given context-specific tag. */
export const hasContextTag = (node: DerNode | undefined, tag: number): node is DerNode =>
  node?.tagClass === asn1.Class.CONTEXT_SPECIFIC && Number(node.type) === tag;

/** The dotted form of an OBJECT IDENTIFIER; null for any other element. */
export function objectIdOf(node: DerNode | undefined): string | null {
  if (!isUniversal(node, 'OID') || typeof node.value !== 'string') return null;
  try {
    return asn1.derToOid(node.value);
  } catch {
    // An arc beyond 2^53 cannot be written as a number; no identifier that we look for has one.
    return null;
  }
}
