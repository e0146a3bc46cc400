import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import { AppError } from '@/server/errors/app-error';

import { bytesOf, childrenOf, contextTag, type DerNode, sequence } from './der';

export type AlternativeName =
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'ip'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string };

/** GeneralName tags of RFC 5280 4.2.1.6, as read from any certificate. */
const kindsByTag = new Map([
  [1, 'email'],
  [2, 'DNS'],
  [6, 'URI'],
  [7, 'IP'],
]);
const tags = { dns: 2, uri: 6, ip: 7 } as const;
const labels = { dns: 'DNS', uri: 'URI', ip: 'IP' } as const;

// Underscores are no part of the host name rules, but names with them resolve and engines are reached by them; Go's
// verifier, which is what docker clients use, accepts them.
const hostLabel = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

// domainToASCII reads "/", "?" and "%61" as parts of a URL and drops or decodes them, so only letters beyond ASCII and the
// characters of host names may reach it.
const hostCharacters = /^[\w.\-\u{80}-\u{10ffff}]+$/u;

/**
 * Sorts out host names and addresses for a server certificate.
 * In: DNS names (any case, IDN allowed, a final dot dropped) or IPv4/IPv6 literals (with or without brackets).
 * Out: canonical names in the given order without doubles; an IPv4-mapped IPv6 address becomes the IPv4 address that
 * clients compare with. Throws pki.san-empty, input.invalid (field `sans.<index>`). Wildcards are refused: one host's
 * key would then stand for its neighbours.
 */
export function parseHostNames(sans: readonly string[]): AlternativeName[] {
  const unique = new Map<string, AlternativeName>();
  for (const [index, san] of sans.entries()) {
    const name = parseHostName(san.trim());
    if (!name) {
      const sentence = `"${san.slice(0, 64)}" is neither a DNS name nor an IP address.`;
      throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { [`sans.${index}`]: sentence } });
    }
    unique.set(describeAlternativeName(name), name);
  }
  if (unique.size > 0) return [...unique.values()];
  const sentence = 'A server certificate needs at least one DNS name or IP address by which the host is reached.';
  throw new AppError({ code: 'pki.san-empty', public: sentence, fieldErrors: { sans: sentence } });
}

/** "DNS:host", "IP:192.0.2.1" or "URI:urn:…", as openssl writes them. */
export const describeAlternativeName = (name: AlternativeName): string => `${labels[name.kind]}:${name.value}`;

/** Encodes the value of a subjectAltName extension. */
export function encodeAlternativeNames(names: readonly AlternativeName[]): DerNode {
  return sequence(
    names.map((name) =>
      contextTag(tags[name.kind], name.kind === 'ip' ? ipBytes(name.value) : Buffer.from(name.value, 'ascii')),
    ),
  );
}

/** Describes the value of a subjectAltName extension of any certificate. */
export function readAlternativeNames(value: DerNode): string[] {
  return (childrenOf(value) ?? []).map((name) => {
    const kind = kindsByTag.get(Number(name.type)) ?? 'other';
    const bytes = bytesOf(name) ?? Buffer.alloc(0);
    if (kind === 'IP') return `IP:${ipText(bytes)}`;
    return `${kind}:${kind === 'other' ? bytes.toString('hex') : bytes.toString('utf8')}`;
  });
}

function parseHostName(san: string): AlternativeName | null {
  const literal = /^\[(.*)\]$/.exec(san)?.[1] ?? san;
  if (isIP(literal) === 4) return { kind: 'ip', value: literal };
  // A zone ("%eth0") means something on one computer only, so no certificate can name it.
  if (isIP(literal) === 6) return literal.includes('%') ? null : { kind: 'ip', value: ipText(ipBytes(literal)) };
  if (!hostCharacters.test(san)) return null;
  const name = domainToASCII(san.endsWith('.') ? san.slice(0, -1) : san).toLowerCase();
  const parts = name.split('.');
  const looksNumeric = /^(\d+|0x[0-9a-f]*)$/.test(parts.at(-1) ?? '');
  if (name.length > 253 || looksNumeric || !parts.every((part) => hostLabel.test(part))) return null;
  return { kind: 'dns', value: name };
}

function ipBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser gives the one canonical hex form (RFC 5952), dotted tails included.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail ?? '');
  const filled = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of filled.entries()) bytes.writeUInt16BE(group, index * 2);
  const isMappedIpv4 = filled.slice(0, 5).every((group) => group === 0) && filled[5] === 0xffff;
  return isMappedIpv4 ? bytes.subarray(12) : bytes;
}

function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return bytes.toString('hex');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
