import { bitString, context0, type Der, nullValue, objectId, sequence, set, smallInteger, utf8String } from './der';

/** A fresh key and the request for it. */
export interface KeyAndRequest {
  /** PKCS#8. It never leaves the browser. */
  readonly privateKeyPem: string;
  /** PKCS#10, signed with SHA-256 with RSA. */
  readonly csrPem: string;
}

export interface KeyRequestInput {
  /** A label for people who look into the request; the server writes its own names into the certificate. */
  readonly commonName: string;
  readonly bits: 2048 | 3072 | 4096;
}

const commonNameId = '2.5.4.3';
const sha256WithRsaId = '1.2.840.113549.1.1.11';
/** RFC 5280 appendix A, ub-common-name. */
const commonNameMax = 64;

/**
 * The part of a request that is signed. In: the public key as SubjectPublicKeyInfo in DER. Out: DER.
 * A longer common name is cut, an empty one is left out. Source: RFC 2986 4.1.
 */
export function encodeRequestInfo(commonName: string, spki: Der): Der {
  const label = Array.from(commonName.trim()).slice(0, commonNameMax).join('');
  const subject = label === '' ? sequence() : sequence(set(sequence(objectId(commonNameId), utf8String(label))));
  return sequence(smallInteger(0), subject, spki, context0());
}

/** Joins the signed part and its RSASSA-PKCS1-v1_5 SHA-256 signature to the whole request, in DER. Source: RFC 2986 4.2. */
export function encodeRequest(info: Der, signature: Der): Der {
  return sequence(info, sequence(objectId(sha256WithRsaId), nullValue()), bitString(signature));
}
