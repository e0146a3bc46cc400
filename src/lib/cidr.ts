import { z } from 'zod';

const octet = String.raw`(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = new RegExp(String.raw`^(${octet}\.){3}${octet}$`);

const isIpv6 = (text: string): boolean => z.ipv6().safeParse(text).success;

/** A block of addresses with its length: a single address gets the whole one. Null where it is none. Pure. */
export function parseCidr(
  text: string,
): { readonly address: string; readonly length: number; readonly family: 4 | 6 } | null {
  const [address = '', length, ...rest] = text.trim().toLowerCase().split('/');
  const family = ipv4.test(address) ? 4 : isIpv6(address) ? 6 : null;
  if (family === null || rest.length > 0) return null;
  const bits = family === 4 ? 32 : 128;
  const given = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (given < 0 || given > bits) return null;
  return { address: family === 4 ? firstOf(address, given) : address, length: given, family };
}

/** The first address of an IPv4 block: what is written behind its length counts for nothing. */
const firstOf = (address: string, length: number): string => {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
};

/** An address or a block of addresses, kept as a block: "192.0.2.7" becomes "192.0.2.7/32". */
export const cidrSchema = z
  .string()
  .trim()
  .max(64)
  .transform((text, ctx) => {
    const cidr = parseCidr(text);
    if (cidr) return `${cidr.address}/${cidr.length}`;
    ctx.addIssue({ code: 'custom', message: 'Enter an address or a block like 198.51.100.0/24.' });
    return z.NEVER;
  });
