import { z } from 'zod';

import { pieceBytes } from '@/lib/image';

/** How far an upload has come, as the console says. */
export interface Uploaded {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isReady: boolean;
}

export interface FileToSend {
  readonly file: Blob;
  /** Where pieces go. */
  readonly url: string;
  /** Asks the console how far it is, and for the end of what it has (base64). */
  readonly ask: () => Promise<Uploaded & { readonly tail: string }>;
  readonly send: typeof fetch;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (uploaded: Uploaded) => void;
}

/** Why a file cannot be what was begun. */
export type OtherFile = 'size' | 'content';

/** The file is another one than what the console has of it. */
export class NotTheFile extends Error {
  readonly differs: OtherFile;

  constructor(differs: OtherFile) {
    super(`the ${differs} differs`);
    this.name = 'NotTheFile';
    this.differs = differs;
  }
}

/** The console does not take the upload, and says why. */
export class UploadRefused extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'UploadRefused';
  }
}

const uploadedSchema = z.object({ offset: z.number(), sizeBytes: z.number(), isReady: z.boolean() });
const refusalSchema = z.object({ code: z.string(), public: z.string() });

/** A connection that breaks is tried again for about two minutes. */
const pausesMs = [1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];

/** What another try may not meet: the connection, a proxy, the console that restarts, a piece that it has already. */
class Passing extends Error {}

const sendPiece = async ({ file, url, send, signal }: FileToSend, offset: number): Promise<Uploaded> => {
  const body = file.slice(offset, offset + pieceBytes);
  const headers = { 'upload-offset': String(offset), 'content-type': 'application/octet-stream' };
  let response: Response;
  try {
    response = await send(url, { method: 'PATCH', headers, body, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Passing('no answer', { cause: error });
  }
  const json: unknown = await response.json().catch(() => null);
  if (response.ok) return uploadedSchema.parse(json);
  const refusal = refusalSchema.safeParse(json);
  if (!refusal.success || refusal.data.code === 'image.upload-moved' || refusal.data.code === 'internal.invariant') {
    throw new Passing(refusal.data?.public ?? `HTTP ${response.status}`);
  }
  throw new UploadRefused(refusal.data.public);
};

const assertSame = async (file: Blob, { sizeBytes, offset, tail }: Uploaded & { tail: string }): Promise<void> => {
  if (sizeBytes !== file.size) throw new NotTheFile('size');
  const expected = Uint8Array.from(atob(tail), (character) => character.charCodeAt(0));
  const own = new Uint8Array(await file.slice(offset - expected.length, offset).arrayBuffer());
  if (!own.every((byte, index) => byte === expected[index])) throw new NotTheFile('content');
};

/**
 * Sends a file piece by piece, from where the console is, and goes on where it was after a break. Throws NotTheFile, UploadRefused, the last
 * reason where breaks do not end, or the signal's reason.
 */
export async function sendFile(wanted: FileToSend): Promise<void> {
  const { file, ask, pause, signal, onProgress } = wanted;
  let tries = 0;
  const begun = await ask();
  await assertSame(file, begun);
  let uploaded: Uploaded = begun;
  onProgress(uploaded);
  while (!uploaded.isReady) {
    signal.throwIfAborted();
    try {
      uploaded = await sendPiece(wanted, uploaded.offset);
      tries = 0;
      onProgress(uploaded);
    } catch (error) {
      const pauseMs = pausesMs[tries];
      if (!(error instanceof Passing) || pauseMs === undefined) throw error;
      tries += 1;
      await pause(pauseMs);
      signal.throwIfAborted();
      // Allowed to fail: the next piece is refused then, and that is tried again as well.
      uploaded = await ask().catch(() => uploaded);
    }
  }
}
