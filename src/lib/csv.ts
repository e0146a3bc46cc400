/** What a spreadsheet takes for the beginning of a formula, wherever the text came from. */
const formulaStart = /^\s*[=+\-@\t\r]/;

/**
 * One line of a CSV file (RFC 4180), every cell in quotes. A text that a spreadsheet would run as a formula gets an apostrophe
 * in front, which spreadsheets do not show. Pure.
 */
export const csvLine = (cells: readonly string[]): string =>
  `${cells
    .map((cell) => (formulaStart.test(cell) ? `'${cell}` : cell))
    .map((cell) => `"${cell.replaceAll('"', '""')}"`)
    .join(',')}\r\n`;
