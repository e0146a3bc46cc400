/**
 * The few DER elements that a certificate request is made of, as bytes. There is no reader here: nothing that comes from
 * outside is parsed in the browser. Source: ITU-T X.690 8, 10.
 */
export type Der = Uint8Array<ArrayBuffer>;

const tags = {
  integer: 0x02,
  bitString: 0x03,
  null: 0x05,
  objectId: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

export const sequence = (...children: Der[]): Der => element(tags.sequence, concat(children));
export const set = (...children: Der[]): Der => element(tags.set, concat(children));
/** The element with context tag 0 around its children. */
export const context0 = (...children: Der[]): Der => element(tags.context0, concat(children));
export const nullValue = (): Der => element(tags.null, new Uint8Array());
export const utf8String = (text: string): Der => element(tags.utf8String, new TextEncoder().encode(text));
/** A BIT STRING of whole bytes. */
export const bitString = (bytes: Der): Der => element(tags.bitString, concat([Uint8Array.of(0), bytes]));

/** An INTEGER from 0 to 127, which is one byte. Throws RangeError for any other. */
export function smallInteger(value: number): Der {
  if (!Number.isInteger(value) || value < 0 || value > 127) throw new RangeError(`not a small integer: ${value}`);
  return element(tags.integer, Uint8Array.of(value));
}

/** An OBJECT IDENTIFIER from its dotted form. Throws RangeError when it is not one. */
export function objectId(dotted: string): Der {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const isValid =
    first !== undefined &&
    second !== undefined &&
    first <= 2 &&
    (first === 2 || second < 40) &&
    [first, second, ...rest].every((arc) => Number.isSafeInteger(arc) && arc >= 0 && arc < 2 ** 31);
  if (!isValid) throw new RangeError(`not an object identifier: ${dotted}`);
  return element(tags.objectId, concat([first * 40 + second, ...rest].map(base128)));
}

export function concat(parts: readonly Der[]): Der {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function element(tag: number, content: Der): Der {
  return concat([Uint8Array.of(tag), lengthOf(content.length), content]);
}

/** Short form below 128, else the number of length bytes and then these, big-endian. */
function lengthOf(length: number): Der {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

/** Seven bits a byte, the top bit set on all but the last. */
function base128(arc: number): Der {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return Uint8Array.from(bytes);
}
