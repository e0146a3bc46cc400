import { AppError, type AppErrorInput } from '@/server/errors/app-error';

export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'X509 CRL';

export interface PemExpectation {
  readonly label: PemLabel;
  /** How the thing is called in a sentence: "certificate request". */
  readonly noun: string;
  readonly code: 'pki.csr-invalid' | 'pki.certificate-invalid';
  /** The form field that held the text. */
  readonly field: string;
}

const maxPemBytes = 16 * 1024;
const blockStart = /-----BEGIN ([A-Z0-9 ]{1,64})-----/g;
const oneBlock = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]+)\r?\n-----END \1-----$/;

/** The refusal that later checks of the same text use as well. */
export function pemRefusal(expected: PemExpectation, sentence: string): AppErrorInput {
  return { code: expected.code, public: sentence, fieldErrors: { [expected.field]: sentence } };
}

/**
 * Takes the DER out of a PEM text that holds exactly one block of the expected kind and nothing else but white space
 * around it; LF and CRLF line ends are both fine.
 * Throws input.too-large (over 16 KiB) and the expectation's own code. The text is never repeated in an error, because
 * what is pasted by mistake is often a private key. Source: RFC 7468 2 (the strict form).
 */
export function readPem(text: string, expected: PemExpectation): Buffer {
  if (Buffer.byteLength(text, 'utf8') > maxPemBytes) {
    const sentence = `The ${expected.noun} is larger than ${maxPemBytes / 1024} KiB.`;
    throw new AppError({ code: 'input.too-large', public: sentence, fieldErrors: { [expected.field]: sentence } });
  }
  const block = oneBlock.exec(text.trim());
  if (block?.[1] !== expected.label || block[2] === undefined) {
    throw new AppError(pemRefusal(expected, explainMismatch(text, expected)));
  }
  const base64 = block[2].replaceAll(/[\r\n]/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) {
    throw new AppError(pemRefusal(expected, `The ${expected.noun} is damaged: its Base64 text cannot be decoded.`));
  }
  return der;
}

/** Writes one PEM block with 64 characters a line and a final line end. */
export function writePem(label: PemLabel, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function explainMismatch(text: string, { label, noun }: PemExpectation): string {
  const labels = [...text.matchAll(blockStart)].map(([, found]) => found ?? '');
  if (labels.length === 0) return `There is no "-----BEGIN ${label}-----" line. Paste the whole file in PEM form.`;
  if (labels.some((found) => found.includes('PRIVATE KEY'))) {
    return `A private key was given instead of a ${noun}. Keep the key to yourself and give the ${noun} only.`;
  }
  if (labels.length > 1) return `There are ${labels.length} blocks, but exactly one ${noun} is wanted.`;
  if (labels[0] !== label) return `A "${labels[0]}" block was given, but a "${label}" is wanted.`;
  return `There is something before, after or inside the block that does not belong to a ${noun}.`;
}
