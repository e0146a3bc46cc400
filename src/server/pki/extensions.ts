import {
  bitString,
  bytesOf,
  childrenOf,
  contextTag,
  type DerNode,
  encodeDer,
  isUniversal,
  objectId,
  objectIdOf,
  octetString,
  sequence,
  trueValue,
  unsignedInteger,
} from './der';
import { type AlternativeName, encodeAlternativeNames } from './subject-alternative-names';

export interface ExtensionPlan {
  readonly subjectKeyId: Buffer;
  /** Absent for a self-signed certificate. */
  readonly authorityKeyId?: Buffer;
  /** A CA, or an end certificate. */
  readonly isCa: boolean;
  /** Of a CA: how many CAs may stand between it and an end certificate. Default 0. */
  readonly pathLength?: 0 | 1;
  readonly keyUsages: readonly KeyUsage[];
  readonly extendedKeyUsages: readonly ExtendedKeyUsage[];
  readonly alternativeNames: readonly AlternativeName[];
}

/** In the order of their bits. Source: RFC 5280 4.2.1.3. */
const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsageBits)[number];

const extendedKeyUsageIds = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;
export type ExtendedKeyUsage = keyof typeof extendedKeyUsageIds;

export const extensionIds = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Encodes the extensions of a certificate, each exactly once and only those that the plan asks for. */
export function encodeExtensions(plan: ExtensionPlan): DerNode {
  const basicConstraints = plan.isCa
    ? sequence([trueValue(), unsignedInteger(Buffer.of(plan.pathLength ?? 0))])
    : sequence([]);
  const list = [
    encodeExtension(extensionIds.basicConstraints, basicConstraints, 'critical'),
    encodeExtension(extensionIds.keyUsage, encodeKeyUsages(plan.keyUsages), 'critical'),
    encodeExtension(extensionIds.subjectKeyId, octetString(plan.subjectKeyId)),
  ];
  if (plan.authorityKeyId) {
    list.push(encodeExtension(extensionIds.authorityKeyId, sequence([contextTag(0, plan.authorityKeyId)])));
  }
  if (plan.extendedKeyUsages.length > 0) {
    const ids = plan.extendedKeyUsages.map((usage) => objectId(extendedKeyUsageIds[usage]));
    list.push(encodeExtension(extensionIds.extendedKeyUsage, sequence(ids)));
  }
  if (plan.alternativeNames.length > 0) {
    list.push(encodeExtension(extensionIds.alternativeNames, encodeAlternativeNames(plan.alternativeNames)));
  }
  return sequence(list);
}

/** Reads the key usages of any certificate out of the value of that extension. */
export function readKeyUsages(value: DerNode): KeyUsage[] {
  const bits = bytesOf(value)?.subarray(1) ?? Buffer.alloc(0);
  return keyUsageBits.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** Reads the extended key usages of any certificate; one that we do not know stays in its dotted form. */
export function readExtendedKeyUsages(value: DerNode): string[] {
  const names = new Map<string, string>(Object.entries(extendedKeyUsageIds).map(([name, id]) => [id, name]));
  return (childrenOf(value) ?? []).flatMap((node) => {
    const id = objectIdOf(node);
    return id === null ? [] : [names.get(id) ?? id];
  });
}

/** The bytes of one extension's value out of the list of a certificate; null if it has none such. */
export function findExtension(list: DerNode | undefined, id: string): Buffer | null {
  const found = childrenOf(list)?.find((item) => objectIdOf(childrenOf(item)?.[0]) === id);
  const value = childrenOf(found)?.at(-1);
  return isUniversal(value, 'OCTETSTRING') ? bytesOf(value) : null;
}

/** One extension of a certificate, a list or an entry of a list. */
export function encodeExtension(id: string, value: DerNode, criticality?: 'critical'): DerNode {
  return sequence([objectId(id), ...(criticality ? [trueValue()] : []), octetString(encodeDer(value))]);
}

function encodeKeyUsages(usages: readonly KeyUsage[]): DerNode {
  const bits = usages.map((usage) => keyUsageBits.indexOf(usage));
  const last = Math.max(...bits);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bitString(bytes, 7 - (last & 7));
}
