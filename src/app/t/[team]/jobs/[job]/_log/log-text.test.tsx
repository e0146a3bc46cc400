import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';

import { ansiColours } from '@/lib/ansi';

import { LogText } from './log-text';

const html = (text: string, wanted = '') => renderToStaticMarkup(<LogText text={text} wanted={wanted} />);

const unescaped = (markup: string) =>
  markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');

describe('LogText', () => {
  it('shows colours as classes, with no style of its own', () => {
    expect(html('\u001B[1;31mE:\u001B[0m no')).toMatch(/^<span class="[^"]*fg-red[^"]*bold[^"]*">E:<\/span> no$/);
  });

  it('marks what is searched for, across colours', () => {
    const markup = html('a nee\u001B[32mdle\u001B[0m b', 'NEEDLE');
    expect([...markup.matchAll(/<mark[^>]*>([^<]*)<\/mark>/g)].map(([, text]) => text)).toEqual(['nee', 'dle']);
  });

  // A host is not to be trusted: what it prints is read in the browser of an admin.
  it.each([
    '<img src=x onerror=alert(1)>',
    '\u001B[31m<script>alert(1)</script>\u001B[0m',
    '"><svg/onload=alert(1)>',
    '\u001B]8;;javascript:alert(1)\u001B\\click\u001B]8;;\u001B\\',
    '<scr\u001B[0mipt>alert(1)</script>',
    '&lt;b&gt;',
  ])('lets no markup through: %j', (text) => {
    const markup = html(text, 'script');
    expect(markup.replaceAll(/<\/?(?:span|mark)(?: class="[\w -]*")?>/g, '')).not.toMatch(/[<>]/);
  });

  it('has no tag but its own and loses no character, whatever a host writes', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('\u001B[31m', '\u001B[0m', '<', '>', '&', '"', "'", 'script'));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('').replaceAll(/[\r\n]/g, '');
        const markup = html(text, 'script');
        expect(markup.replaceAll(/<\/?(?:span|mark)(?: class="[\w -]*")?>/g, '')).not.toMatch(/[<>]/);
        const isPlain = !text.includes('\u001B');
        const shown = text.replaceAll(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g, '');
        expect(isPlain ? unescaped(markup) : shown).toBe(shown);
      }),
    );
  });
});

type Rgb = readonly [number, number, number];

const rgb = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** WCAG 2.2, "relative luminance". */
const luminance = (colour: Rgb): number => {
  const [r = 0, g = 0, b = 0] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: Rgb, b: Rgb): number => {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

const css = readFileSync(new URL('log-text.module.css', import.meta.url), 'utf8');

const pairOf = (className: string, property: string): readonly [light: string, dark: string] => {
  const rule = new RegExp(String.raw`\.${className} \{[^}]*?\b${property}: light-dark\((#\w{6}), (#\w{6})\)`).exec(css);
  if (!rule?.[1] || !rule[2]) throw new Error(`no ${property} of .${className}`);
  return [rule[1], rule[2]];
};

/** Body, the log's own ground, a pointed-at row and an error's row, by scheme; from globals.css and log-lines.module.css. */
const grounds = {
  light: ['#ffffff', '#f6f8f8', '#eff2f2', '#fdf1f0'],
  dark: ['#161c1e', '#101517', '#1f2629', '#2f1b1a'],
} as const;

describe('the colours of the log', () => {
  it.each(['light', 'dark'] as const)('are readable (AA) on every ground in the %s scheme', (scheme) => {
    const side = scheme === 'light' ? 0 : 1;
    const tints = ansiColours.map((colour) => pairOf(`bg-${colour}`, 'background')[side]);
    for (const colour of ansiColours) {
      const text = pairOf(`fg-${colour}`, 'color')[side];
      for (const ground of [...grounds[scheme], ...tints]) {
        expect.soft(contrast(rgb(text), rgb(ground)), `${colour} ${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const className of ['inverse', 'match']) {
      const [text, ground] = [pairOf(className, 'color')[side], pairOf(className, 'background')[side]];
      expect(contrast(rgb(text), rgb(ground))).toBeGreaterThanOrEqual(4.5);
    }
  });
});
