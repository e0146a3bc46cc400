import type { Der } from './der';

/** Writes one PEM block with 64 characters a line and a final line end. Works in browsers, workers and node. */
export function toPem(label: 'PRIVATE KEY' | 'CERTIFICATE REQUEST', der: Der): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
