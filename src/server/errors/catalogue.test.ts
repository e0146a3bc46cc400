import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { errorCatalogue } from './catalogue';

const folder = join(process.cwd(), 'docs', 'errors');
const codes = Object.keys(errorCatalogue).sort();
const entries = Object.entries(errorCatalogue);

describe('the error catalogue', () => {
  it('has one page in docs/errors for each code, and no page without a code', () => {
    const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual(codes);
  });

  it.each(entries)(
    'the page of %s is headed by code and title, says what happened and how to fix it',
    (code, { title }) => {
      const text = readFileSync(join(folder, `${code}.md`), 'utf8');
      expect(text.split('\n', 1)).toEqual([`# ${code}: ${title}`]);
      expect(text).toContain('## What happened');
      expect(text).toContain('## How to fix');
    },
  );
});
