export type TextFileOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'tooLarge' | 'notText' | 'unreadable' };

/** Reads a chosen file as UTF-8 text; refuses what is too large before reading it, and what is not text after. */
export async function readTextFile(file: Blob, sizeMaxBytes: number): Promise<TextFileOutcome> {
  if (file.size > sizeMaxBytes) return { ok: false, reason: 'tooLarge' };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    // The file was moved or is not readable for this user; the browser gives no more.
    return { ok: false, reason: 'unreadable' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { ok: false, reason: 'notText' } : { ok: true, text };
  } catch {
    // TypeError of the fatal decoder: not UTF-8.
    return { ok: false, reason: 'notText' };
  }
}
