/** 1.2.840.113549.1.5.12, id-PBKDF2, as an encoded OID. */
const pbkdf2Oid = Buffer.from('06092a864886f70d01050c', 'hex');

const derSequence = 0x30;
const derOctets = 0x04;
const derInteger = 0x02;

/**
 * How often an encrypted PKCS#8 key hashes its passphrase: the iterationCount of PBKDF2 (RFC 8018, A.2), or null when
 * the file protects its key in another way or its encoding is unusual. Read before OpenSSL obeys it.
 */
export function pbkdf2Iterations(pem: string): number | null {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const oidAt = der.indexOf(pbkdf2Oid);
  if (oidAt === -1) return null;
  const at = oidAt + pbkdf2Oid.length;
  // SEQUENCE { salt OCTET STRING, iterationCount INTEGER, … }, all short enough for one byte of length.
  const saltLength = der[at + 3] ?? 0x80;
  if (der[at] !== derSequence || der[at + 2] !== derOctets || saltLength > 0x7f) return null;
  const countAt = at + 4 + saltLength;
  const countLength = der[countAt + 1] ?? 0;
  if (der[countAt] !== derInteger || countLength < 1 || countLength > 6) return null;
  return countAt + 2 + countLength <= der.length ? der.readUIntBE(countAt + 2, countLength) : null;
}
