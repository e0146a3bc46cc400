import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseAnsi, plainText } from './ansi';

const esc = '\u001B';

describe('parseAnsi', () => {
  it.each([
    ['plain text as one span', 'hello <b>', [{ text: 'hello <b>' }]],
    ['nothing of an empty line', '', []],
    [
      'a colour until its reset',
      `a${esc}[31mb${esc}[0mc`,
      [{ text: 'a' }, { text: 'b', foreground: 'red' }, { text: 'c' }],
    ],
    ['an empty parameter as a reset', `${esc}[1mb${esc}[mc`, [{ text: 'b', isBold: true }, { text: 'c' }]],
    [
      'bright colours as plain ones',
      `${esc}[92mok${esc}[103m!`,
      [
        { text: 'ok', foreground: 'green' },
        { text: '!', foreground: 'green', background: 'yellow' },
      ],
    ],
    [
      'several codes at once',
      `${esc}[1;4;33mx`,
      [{ text: 'x', isBold: true, isUnderlined: true, foreground: 'yellow' }],
    ],
    [
      'the end of one attribute',
      `${esc}[1;3mx${esc}[22my`,
      [
        { text: 'x', isBold: true, isItalic: true },
        { text: 'y', isItalic: true },
      ],
    ],
    [
      'the 256 colours as the nearest of eight',
      `${esc}[38;5;196mx${esc}[38;5;250my`,
      [
        { text: 'x', foreground: 'red' },
        { text: 'y', foreground: 'white' },
      ],
    ],
    ['true colours as the nearest of eight', `${esc}[38;2;10;180;120mx`, [{ text: 'x', foreground: 'green' }]],
    ['the colon form of ISO 8613-6', `${esc}[38:5:21mx`, [{ text: 'x', foreground: 'blue' }]],
    ['a colour with a number out of range as none', `${esc}[38;5;999mx`, [{ text: 'x' }]],
    ['codes after an extended colour', `${esc}[38;5;1;1mx`, [{ text: 'x', foreground: 'red', isBold: true }]],
    ['neighbours of one look as one span', `${esc}[31ma${esc}[31mb`, [{ text: 'ab', foreground: 'red' }]],
    ['inverse and its end', `${esc}[7mx${esc}[27my`, [{ text: 'x', isInverse: true }, { text: 'y' }]],
  ])('reads %s', (_name, line, spans) => {
    expect(parseAnsi(line)).toEqual(spans);
  });
});

describe('plainText', () => {
  it.each([
    ['cursor moves and line clears', `${esc}[2K${esc}[1Gdone${esc}[?25h`, 'done'],
    ['a window title', `${esc}]0;apt${'\u0007'}done`, 'done'],
    ['a hyperlink, keeping its text', `${esc}]8;;javascript:alert(1)${esc}\\here${esc}]8;;${esc}\\`, 'here'],
    ['a string that never ends', `ok${esc}]0;oops`, 'ok'],
    ['a character set choice', `${esc}(Bok`, 'ok'],
    ['an escape at the very end', `ok${esc}`, 'ok'],
    ['an unfinished sequence', `ok${esc}[3`, 'ok'],
    ['characters that reorder text', 'a\u202Eb', 'ab'],
    ['bells, backspaces and C1 controls', 'a\u0007\u0008b\u0085c', 'abc'],
  ])('leaves out %s', (_name, line, text) => {
    expect(plainText(line)).toBe(text);
  });

  it('keeps tabs', () => {
    expect(plainText('a\tb')).toBe('a\tb');
  });

  it('shows the last state of a line that overwrites itself', () => {
    expect(plainText('10%\r50%\r100%\r')).toBe('100%');
  });

  it('is what the spans say, and free of control characters, for any input', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(`${esc}[`, `${esc}]`, '31m', ';', '\r', '\u0007', '\u009B', '<script>', '&amp;'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join('');
        const text = plainText(line);
        expect(
          parseAnsi(line)
            .map((span) => span.text)
            .join(''),
        ).toBe(text);
        expect(text).not.toMatch(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      }),
      { numRuns: 500 },
    );
  });
});
