import { describe, expect, it } from 'vitest';

import { parseLocale, parseTimeZone } from './locales';

describe('parseTimeZone', () => {
  it.each([
    [undefined, 'UTC'],
    ['', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Mars/Olympus', 'UTC'],
    ['<script>', 'UTC'],
    ['x'.repeat(5000), 'UTC'],
  ])('reads the cookie %s as %s', (text, zone) => {
    expect(parseTimeZone(text)).toBe(zone);
  });
});

describe('parseLocale', () => {
  it.each([
    [undefined, 'en'],
    ['en', 'en'],
    ['xx', 'en'],
    ['__proto__', 'en'],
  ])('reads the cookie %s as %s', (text, locale) => {
    expect(parseLocale(text)).toBe(locale);
  });
});
