import { expect, it } from 'vitest';

import { csvLine } from './csv';

it('quotes every cell', () => {
  expect(csvLine(['a', 'b "c"', 'd,e', 'f\r\ng', ''])).toBe('"a","b ""c""","d,e","f\r\ng",""\r\n');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\n@x'])('lets no spreadsheet run %j', (cell) => {
  expect(csvLine([cell])).toBe(`"'${cell}"\r\n`);
});
