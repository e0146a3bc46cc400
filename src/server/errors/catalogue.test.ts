import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { errorCatalogue } from './catalogue';

const folder = join(process.cwd(), 'docs', 'errors');
const codes = Object.keys(errorCatalogue).sort();

describe('the error catalogue', () => {
  it('has one page in docs/errors for each code, and no page without a code', () => {
    const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual(codes);
  });

  it.each(codes)('the page of %s says what happened and how to fix it', (code) => {
    const text = readFileSync(join(folder, `${code}.md`), 'utf8');
    expect(text).toMatch(/^# .+/);
    expect(text).toContain('## What happened');
    expect(text).toContain('## How to fix');
  });
});
