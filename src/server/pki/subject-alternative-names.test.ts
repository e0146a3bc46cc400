import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { refusalOf } from './pki.test-support';
import {
  describeAlternativeName,
  encodeAlternativeNames,
  parseHostNames,
  readAlternativeNames,
} from './subject-alternative-names';

const parsed = (...sans: string[]) => parseHostNames(sans).map(describeAlternativeName);

describe('parseHostNames', () => {
  test.each([
    ['localhost', 'DNS:localhost'],
    ['  Edge-1.Example.ORG. ', 'DNS:edge-1.example.org'],
    ['build_agent.internal', 'DNS:build_agent.internal'],
    ['bücher.example', 'DNS:xn--bcher-kva.example'],
    ['例え.テスト', 'DNS:xn--r8jz45g.xn--zckzah'],
    ['3com.example', 'DNS:3com.example'],
    ['192.0.2.7', 'IP:192.0.2.7'],
    ['::1', 'IP:::1'],
    ['[::1]', 'IP:::1'],
    ['2001:DB8:0:0:1:0:0:1', 'IP:2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.7', 'IP:192.0.2.7'],
    ['64:ff9b::192.0.2.33', 'IP:64:ff9b::c000:221'],
    [`${'a'.repeat(63)}.example`, `DNS:${'a'.repeat(63)}.example`],
  ])('reads %j as %s', (san, expected) => {
    expect(parsed(san)).toEqual([expected]);
  });

  test.each([
    '',
    ' ',
    '.',
    'a..b',
    '-a.example',
    'a-.example',
    '*.example.org',
    'a b',
    'a/b',
    'a?b',
    'a\\b',
    '%61',
    'a\tb',
    'ä\tb',
    'ä%2e',
    'a\uff0fb',
    '\uff11.2.3.4',
    'a:b',
    'user@host',
    'host:2376',
    'tcp://host',
    '10.0.0.256',
    '10.0.0',
    '0x7f.1',
    '010.0.0.1',
    '1234',
    'fe80::1%eth0',
    '192.0.2.0/24',
    'a\u0000b',
    'a\nDNS:evil',
    'a,DNS:evil',
    'xn--',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}toolong`,
  ])('refuses %j', async (san) => {
    const refusal = await refusalOf(() => parseHostNames(['localhost', san]));
    expect(refusal.code).toBe('input.invalid');
    expect(Object.keys(refusal.fieldErrors ?? {})).toEqual(['sans.1']);
  });

  test('keeps the order and leaves out doubles', () => {
    expect(parsed('b', 'a', 'B', '::1', 'a.', '0::1')).toEqual(['DNS:b', 'DNS:a', 'IP:::1']);
  });
});

describe('encodeAlternativeNames', () => {
  test('any IPv6 address survives the way into a certificate and back', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const [name] = parseHostNames([address]);
        expect(name?.kind).toBe('ip');
        expect(readAlternativeNames(encodeAlternativeNames(name ? [name] : []))).toEqual(parsed(address));
        // A second opinion: the platform's canonical spelling, unless the address is an IPv4 address in disguise.
        const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
        expect(name?.value).toBe(canonical.startsWith('::ffff:') ? name?.value : canonical);
      }),
      { numRuns: 500 },
    );
  });
});
