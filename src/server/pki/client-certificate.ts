import type { IssuedKeyPair } from './ca';
import { type SignedCertificate, signCertificate } from './certificate';
import { encodeClientUri } from './client-uri';
import { parseCsr } from './csr';
import { type CaPair, openIssuer } from './issuer';
import { generateRsaKey, keyIdentifier, type RsaKeyBits } from './keys';
import { certificateText, describeName, encodeName } from './names';
import { validityFor } from './validity';

/** Whose certificate it is. Everything in it comes from our rows, nothing from the request. */
export interface ClientSubject {
  readonly member: { readonly id: string; readonly email: string };
  readonly device: { readonly id: string; readonly name: string };
  readonly team: { readonly slug: string };
}

interface ClientRequest {
  /** The member's client CA. */
  readonly ca: CaPair;
  readonly subject: ClientSubject;
  readonly validForDays: number;
  readonly now: Date;
}

export interface ClientCertificateRequest extends ClientRequest {
  /** PKCS#10 in PEM; only its public key is used. */
  readonly csrPem: string;
}

export interface ClientKeyPairRequest extends ClientRequest {
  readonly keyBits: RsaKeyBits;
}

export interface IssuedClientCertificate extends SignedCertificate {
  /** "CN=…, OU=…, O=…", for rows and people. */
  readonly subject: string;
}

/**
 * Signs a client certificate for the key of a request. CN is the member's email, OU the device's name, O the team's
 * slug, and the one SAN is the URI of `encodeClientUri`; what the request itself asks for is ignored.
 * In: CA pair and CSR (PEM), validity in days, at most the CA's own. Out: certificate, serial, fingerprint.
 * Throws pki.csr-invalid, pki.ca-expired, pki.certificate-invalid, pki.key-invalid, input.too-large, input.invalid.
 * Source: RFC 5280 4.2.1.3, 4.2.1.6, 4.2.1.12.
 */
export async function issueClientCertificate(request: ClientCertificateRequest): Promise<IssuedClientCertificate> {
  return certify(request, parseCsr(request.csrPem).spkiDer);
}

/**
 * Makes a key here and a client certificate for it: for the console's own connections, never for a member.
 * Out and errors as issueClientCertificate, and the private key as PKCS#8 PEM.
 */
export async function issueClientKeyPair(request: ClientKeyPairRequest): Promise<IssuedKeyPair> {
  const { privateKeyPem, spkiDer } = await generateRsaKey(request.keyBits);
  return { ...(await certify(request, spkiDer)), privateKeyPem };
}

async function certify(request: ClientRequest, spkiDer: Buffer): Promise<IssuedClientCertificate> {
  const { member, device, team } = request.subject;
  const name = {
    commonName: certificateText(member.email, 'member.email'),
    organizationalUnit: certificateText(device.name, 'device.name'),
    organization: certificateText(team.slug, 'team.slug'),
  };
  const uri = encodeClientUri({ teamSlug: team.slug, memberId: member.id, deviceId: device.id });
  const issuer = openIssuer(request.ca);
  const signed = await signCertificate({
    issuerName: issuer.name,
    subjectName: encodeName(name),
    validity: validityFor({ now: request.now, validForDays: request.validForDays, issuer: issuer.validity }),
    spkiDer,
    extensions: {
      subjectKeyId: keyIdentifier(spkiDer),
      authorityKeyId: issuer.keyId,
      isCa: false,
      keyUsages: ['digitalSignature'],
      extendedKeyUsages: ['clientAuth'],
      alternativeNames: [{ kind: 'uri', value: uri }],
    },
    signingKey: issuer.signingKey,
  });
  return { ...signed, subject: describeName(name) };
}
