/**
 * The text when it is a path of this console, else undefined: what a link carries as "where to go next" must not lead to
 * another site. "//host" and "/\host" are addresses of other hosts to a browser. Pure.
 */
export function parseLocalPath(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2000) return undefined;
  if (!/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(text)) return undefined;
  return text;
}
