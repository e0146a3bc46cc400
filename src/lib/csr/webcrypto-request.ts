import { encodeRequest, encodeRequestInfo, type KeyAndRequest, type KeyRequestInput } from './certification-request';
import { toPem } from './pem';

export interface WebCryptoRequestInput extends KeyRequestInput {
  /** Another implementation than the platform's own. */
  readonly crypto?: SubtleCrypto;
}

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
/** 65537. */
const publicExponent = Uint8Array.of(1, 0, 1);

/**
 * Makes an RSA key and a PKCS#10 request with WebCrypto, in a browser's secure context or in node.
 * Out: PKCS#8 and PKCS#10 in PEM. Throws what WebCrypto throws. Source: RFC 2986, W3C WebCrypto 20.
 */
export async function createKeyAndRequest(input: WebCryptoRequestInput): Promise<KeyAndRequest> {
  const crypto = input.crypto ?? globalThis.crypto.subtle;
  const pair = await crypto.generateKey({ ...algorithm, modulusLength: input.bits, publicExponent }, true, ['sign']);
  const [spki, pkcs8] = await Promise.all([
    crypto.exportKey('spki', pair.publicKey),
    crypto.exportKey('pkcs8', pair.privateKey),
  ]);
  const info = encodeRequestInfo(input.commonName, new Uint8Array(spki));
  const signature = await crypto.sign(algorithm.name, pair.privateKey, info);
  return {
    privateKeyPem: toPem('PRIVATE KEY', new Uint8Array(pkcs8)),
    csrPem: toPem('CERTIFICATE REQUEST', encodeRequest(info, new Uint8Array(signature))),
  };
}
