import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, decodeDer, type DerNode, encodeDer, hasContextTag, isUniversal, objectIdOf } from './der';
import { explainKeyRefusal } from './key-strength';
import { describeKey, type KeyDescription } from './keys';
import { type PemExpectation, pemRefusal, readPem } from './pem';

/** A request whose form, key and signature were found good. */
export interface CheckedCsr {
  readonly key: KeyDescription;
  readonly signatureHash: 'sha256' | 'sha384' | 'sha512';
  /** SHA-256 over the SubjectPublicKeyInfo, upper-case hex: tells whether two requests are for the same key. */
  readonly publicKeySha256: string;
  /** SubjectPublicKeyInfo in DER, as it goes into the certificate. */
  readonly spkiDer: Buffer;
}

const expected: PemExpectation = {
  label: 'CERTIFICATE REQUEST',
  noun: 'certificate request',
  code: 'pki.csr-invalid',
  field: 'csrPem',
};

/** AlgorithmIdentifiers in DER. Compared whole: explicit curve parameters and an RSA key without NULL fit none. */
const keyKinds = new Map<string, 'rsa' | 'ec'>([
  ['300d06092a864886f70d0101010500', 'rsa'],
  ['301306072a8648ce3d020106082a8648ce3d030107', 'ec'],
  ['301006072a8648ce3d020106052b81040022', 'ec'],
]);

/** SHA-1 and MD5 signatures are not listed, so they are refused. */
const signatureAlgorithms = new Map<string, { kind: 'rsa' | 'ec'; hash: CheckedCsr['signatureHash'] }>([
  ['1.2.840.113549.1.1.11', { kind: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { kind: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ec', hash: 'sha512' }],
]);

/**
 * Checks a PKCS#10 certificate request. In: PEM, exactly one block, at most 16 KiB, LF or CRLF. Accepted are RSA keys of
 * 2048 to 8192 bits and EC keys on P-256 and P-384, signed by themselves with SHA-256, SHA-384 or SHA-512.
 * The subject and attributes of the request are not looked at: a certificate's names are ours.
 * Throws pki.csr-invalid (field csrPem), input.too-large. Source: RFC 2986 4, RFC 5480 2.1.1.
 */
export function parseCsr(pem: string): CheckedCsr {
  const der = readPem(pem, expected);
  const root = decodeDer(der, pemRefusal(expected, 'The certificate request is damaged: its content cannot be read.'));
  const { info, spki, signatureId, signature } = takeApart(root);
  const spkiDer = encodeDer(spki);
  const { publicKey, kind } = openPublicKey(spki, spkiDer);
  const algorithm = signatureAlgorithms.get(signatureId ?? '');
  if (algorithm?.kind !== kind) refuse('The certificate request is not signed with SHA-256, SHA-384 or SHA-512.');
  if (!isSignedBy(publicKey, { hash: algorithm.hash, data: encodeDer(info), signature })) {
    refuse('The signature of the certificate request is wrong, so it was changed or damaged on its way.');
  }
  return {
    key: describeKey(publicKey),
    signatureHash: algorithm.hash,
    publicKeySha256: createHash('sha256').update(spkiDer).digest('hex').toUpperCase(),
    spkiDer,
  };
}

function takeApart(root: DerNode) {
  const [info, algorithm, signatureBits, ...rest] = sequenceChildren(root);
  const [version, subject, spki, attributes, ...more] = sequenceChildren(info);
  const signature = isUniversal(signatureBits, 'BITSTRING') ? bytesOf(signatureBits) : null;
  const isWhole =
    info !== undefined &&
    isUniversal(version, 'INTEGER') &&
    bytesOf(version)?.equals(Buffer.of(0)) &&
    isUniversal(subject, 'SEQUENCE') &&
    isUniversal(spki, 'SEQUENCE') &&
    // The standard wants the attributes even when empty; some old tools leave them out, and we do not read them.
    (attributes === undefined || hasContextTag(attributes, 0)) &&
    rest.length === 0 &&
    more.length === 0;
  if (!isWhole || signature?.[0] !== 0) refuse('The content of the block is not a certificate request (PKCS#10).');
  const signatureId = objectIdOf(sequenceChildren(algorithm)[0]);
  return { info, spki, signatureId, signature: signature.subarray(1) };
}

const sequenceChildren = (node: DerNode | undefined): DerNode[] =>
  isUniversal(node, 'SEQUENCE') ? (childrenOf(node) ?? []) : [];

function openPublicKey(spki: DerNode, spkiDer: Buffer) {
  const [algorithm, bits] = sequenceChildren(spki);
  const kind = algorithm && keyKinds.get(encodeDer(algorithm).toString('hex'));
  if (!kind) refuse('The key is of a kind that is not accepted. Use RSA (2048 bits or more), P-256 or P-384.');
  // 00: no unused bits; 04: an uncompressed point, the only form that Go reads.
  const pointForm = bytesOf(bits)?.subarray(0, 2);
  if (kind === 'ec' && !pointForm?.equals(Buffer.of(0, 4))) refuse('The EC key is not in its uncompressed form.');
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: spkiDer, format: 'der', type: 'spki' });
  } catch (cause) {
    refuse('The public key in the certificate request cannot be read.', cause);
  }
  const refusal = explainKeyRefusal(publicKey);
  if (refusal !== null) refuse(refusal);
  return { publicKey, kind };
}

function isSignedBy(key: KeyObject, signed: { hash: string; data: Buffer; signature: Buffer }): boolean {
  try {
    return verify(signed.hash, signed.data, key, signed.signature);
  } catch {
    // OpenSSL throws instead of answering when the key itself makes no sense (an even modulus); both mean "not signed".
    return false;
  }
}

function refuse(sentence: string, cause?: unknown): never {
  throw new AppError({ ...pemRefusal(expected, sentence), ...(cause === undefined ? {} : { cause }) });
}
