import { z } from 'zod';

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const isHostName = (text: string): boolean => {
  const labels = text.split('.');
  // A last label of digits only is an IPv4 address that was mistyped (RFC 3696, 2).
  return text.length <= 253 && labels.every((one) => label.test(one)) && !/^\d+$/.test(labels.at(-1) ?? '');
};

const isIpv4 = (text: string) => z.ipv4().safeParse(text).success;
const isIpv6 = (text: string) => z.ipv6().safeParse(text).success;

/** What people enter instead, and what to do about it. The first that fits is said. */
const mistakes: readonly { readonly looksLike: RegExp; readonly sentence: string }[] = [
  { looksLike: /^[a-z+]+:\/\//i, sentence: 'Leave out the scheme and the path: only the host name or IP address.' },
  { looksLike: /\s/, sentence: 'Enter one host name or IP address, without spaces.' },
  { looksLike: /^[^@]+@/, sentence: 'Leave out the user: it has a field of its own.' },
  { looksLike: /^\[.*\]$/, sentence: 'Enter the IPv6 address without brackets.' },
  { looksLike: /^(\[.*\]|[^:]+):\d+$/, sentence: 'Leave out the port: it has a field of its own.' },
  { looksLike: /%/, sentence: 'An address that holds for one network interface only cannot be used.' },
  { looksLike: /^(0\.0\.0\.0|::|0(:0){7})$/, sentence: 'This address stands for no machine.' },
];

/** Why `text` is no host name or IP address; undefined where it is one. Pure. */
function hostAddressMistake(text: string): string | undefined {
  if (text === '') return 'Enter a host name or an IP address.';
  const mistake = mistakes.find(({ looksLike }) => looksLike.test(text));
  if (mistake) return mistake.sentence;
  if (isIpv4(text) || isIpv6(text) || isHostName(text)) return undefined;
  return 'This is neither a host name nor an IPv4 or IPv6 address.';
}

/**
 * A DNS name (RFC 1123), an IPv4 or an IPv6 address, without scheme, user, port, brackets or zone. Out: lower case. What
 * passes holds no character with a meaning in a shell, a URL or a configuration file.
 */
export const hostAddressSchema = z
  .string({ error: 'Enter a host name or an IP address.' })
  .trim()
  .toLowerCase()
  .max(253, 'A host name has at most 253 characters.')
  .superRefine((text, ctx) => {
    const message = hostAddressMistake(text);
    if (message !== undefined) ctx.addIssue({ code: 'custom', message });
  });
