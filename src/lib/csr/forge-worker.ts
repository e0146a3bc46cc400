/**
 * A module worker that makes a key and a request without WebCrypto, which browsers withhold from pages on plain http.
 * This file is the one exception to the rule that only src/server/pki imports node-forge: pure JavaScript is the only way
 * left here, and as a worker of its own it is loaded by nobody who does not need it.
 */
import forge from 'node-forge';

import { encodeRequest, encodeRequestInfo, type KeyAndRequest, type KeyRequestInput } from './certification-request';
import type { Der } from './der';
import { toPem } from './pem';

export type WorkerAnswer =
  | { readonly ok: true; readonly made: KeyAndRequest }
  | { readonly ok: false; readonly message: string };

/** Straight from the browser, which offers getRandomValues on http pages too; node-forge's own generator stays unused. */
const prng = {
  getBytesSync: (count: number) => latin1(crypto.getRandomValues(new Uint8Array(count))),
};

/** Makes an RSA key and a PKCS#10 request in pure JavaScript; takes seconds, for 4096 bits up to minutes. */
export function makeWithForge({ commonName, bits }: KeyRequestInput): KeyAndRequest {
  const { publicKey, privateKey } = forge.pki.rsa.generateKeyPair({ bits, e: 0x10001, prng });
  const spki = derOf(forge.pki.publicKeyToAsn1(publicKey));
  const pkcs8 = derOf(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(privateKey)));
  const info = encodeRequestInfo(commonName, spki);
  const digest = forge.md.sha256.create().update(latin1(info));
  return {
    privateKeyPem: toPem('PRIVATE KEY', pkcs8),
    csrPem: toPem('CERTIFICATE REQUEST', encodeRequest(info, bytesOf(privateKey.sign(digest)))),
  };
}

const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
const bytesOf = (text: string): Der => Uint8Array.from(text, (character) => character.charCodeAt(0));
const derOf = (node: forge.asn1.Asn1): Der => bytesOf(forge.asn1.toDer(node).getBytes());

function answer(input: KeyRequestInput): WorkerAnswer {
  try {
    return { ok: true, made: makeWithForge(input) };
  } catch (err) {
    return { ok: false, message: err instanceof Error ? err.message : String(err) };
  }
}

// Only in a worker: in a test the module is imported for makeWithForge alone.
if ('WorkerGlobalScope' in globalThis) {
  globalThis.addEventListener('message', ({ data }: MessageEvent<KeyRequestInput>) => {
    globalThis.postMessage(answer(data));
  });
}
