import { crlReasonCodes } from '@/lib/revocation';

import { readCertificate } from './certificate-parts';
import { bitString, contextTag, type DerNode, encodeDer, enumerated, sequence, time, unsignedInteger } from './der';
import { encodeExtension, extensionIds, readKeyUsages } from './extensions';
import { type CaPair, openIssuer } from './issuer';
import { writePem } from './pem';
import { signatureAlgorithm, signDer } from './signature';

export type CrlReason = keyof typeof crlReasonCodes;

/** A certificate that is revoked or on hold. */
export interface CrlEntry {
  /** Hex, as rows hold it. */
  readonly serial: string;
  readonly since: Date;
  readonly reason: CrlReason;
}

/** The certificates of one CA in a list that tells of several. */
export interface CrlSection {
  /** The CA's certificate: its subject names the issuer of the entries. */
  readonly issuerPem: string;
  readonly entries: readonly CrlEntry[];
}

interface CrlFrame {
  /** Who signs the list. */
  readonly ca: CaPair;
  /** Larger in every list that the CA signs. */
  readonly number: bigint;
  readonly thisUpdate: Date;
  /** When the next one is there at the latest. */
  readonly nextUpdate: Date;
}

export interface Crl {
  readonly der: Buffer;
  readonly pem: string;
}

const crlExtensionIds = {
  number: '2.5.29.20',
  reason: '2.5.29.21',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
} as const;

/**
 * Signs the list of a CA's own certificates that are revoked or on hold: X.509 v2, SHA-256 with the CA's RSA or EC key.
 * Throws as openIssuer does. Source: RFC 5280 5.
 */
export const signCrl = (frame: CrlFrame, entries: readonly CrlEntry[]): Promise<Crl> =>
  sign(
    frame,
    entries.map((entry) => encodeEntry(entry)),
    [],
  );

/**
 * Signs one list for the certificates of several CAs: an indirect CRL. It says so in a critical extension, and each entry
 * names the CA that it is about, also critically, so that a reader who knows only plain lists refuses it instead of taking an
 * entry for another CA's. Source: RFC 5280 5.2.5, 5.3.3.
 */
export const signIndirectCrl = (frame: CrlFrame, sections: readonly CrlSection[]): Promise<Crl> =>
  sign(
    frame,
    sections.flatMap(({ issuerPem, entries }) => {
      const { subjectName } = readCertificate(issuerPem);
      return entries.map((entry) => encodeEntry(entry, subjectName));
    }),
    // [4] indirectCRL TRUE
    [encodeExtension(crlExtensionIds.issuingDistributionPoint, sequence([contextTag(4, Buffer.of(0xff))]), 'critical')],
  );

/** Whether a CA may sign lists: one of Docker Machine's may sign certificates alone, and readers would refuse its list. */
export function maySignCrls(certificatePem: string): boolean {
  const usages = readCertificate(certificatePem).extension(extensionIds.keyUsage);
  return !usages || readKeyUsages(usages).includes('cRLSign');
}

async function sign(frame: CrlFrame, entries: DerNode[], extensions: DerNode[]): Promise<Crl> {
  const issuer = openIssuer(frame.ca);
  const algorithm = () => signatureAlgorithm(issuer.signingKey);
  const body = sequence([
    unsignedInteger(Buffer.of(1)),
    algorithm(),
    issuer.name,
    time(frame.thisUpdate),
    time(frame.nextUpdate),
    // An empty list of entries is not allowed: it is left out.
    ...(entries.length > 0 ? [sequence(entries)] : []),
    contextTag(0, [
      sequence([
        encodeExtension(extensionIds.authorityKeyId, sequence([contextTag(0, issuer.keyId)])),
        encodeExtension(crlExtensionIds.number, unsignedInteger(bytesOfNumber(frame.number))),
        ...extensions,
      ]),
    ]),
  ]);
  const signature = await signDer(issuer.signingKey, encodeDer(body));
  const der = encodeDer(sequence([body, algorithm(), bitString(signature)]));
  return { der, pem: writePem('X509 CRL', der) };
}

function encodeEntry({ serial, since, reason }: CrlEntry, issuerName?: DerNode): DerNode {
  const extensions = [
    // A reason that says nothing is better left out (RFC 5280 5.3.1).
    ...(reason === 'unspecified' ? [] : [encodeExtension(crlExtensionIds.reason, enumerated(crlReasonCodes[reason]))]),
    // GeneralNames with one directoryName, whose tag is explicit because a Name is a choice.
    ...(issuerName
      ? [encodeExtension(crlExtensionIds.certificateIssuer, sequence([contextTag(4, [issuerName])]), 'critical')]
      : []),
  ];
  return sequence([
    unsignedInteger(Buffer.from(serial, 'hex')),
    time(since),
    ...(extensions.length > 0 ? [sequence(extensions)] : []),
  ]);
}

function bytesOfNumber(number: bigint): Buffer {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
