import type { KeyAndRequest, KeyRequestInput } from './certification-request';
import type { WorkerAnswer } from './forge-worker';
import { createKeyAndRequest } from './webcrypto-request';

export interface MadeKey extends KeyAndRequest {
  /** "worker" means that the page is not in a secure context and the key was made in JavaScript. */
  readonly madeBy: 'webcrypto' | 'worker';
}

export interface MakeKeyInput extends KeyRequestInput {
  /** Ends the wait, and the worker with it. */
  readonly signal?: AbortSignal;
}

/** What this needs of a web worker. */
export interface KeyWorker {
  onmessage: ((event: MessageEvent<WorkerAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  postMessage(input: KeyRequestInput): void;
  terminate(): void;
}

/** A slow phone takes minutes for 4096 bits in JavaScript; beyond this something is wrong. */
const workerTimeoutMs = 10 * 60_000;

const startForgeWorker = (): KeyWorker => new Worker(new URL('./forge-worker.ts', import.meta.url), { type: 'module' });

/** Whether this page may use WebCrypto: https, or localhost. */
export const canUseWebCrypto = (): boolean => (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;

/**
 * Makes a private key and a certificate request here in the browser: with WebCrypto where the page may use it, else with
 * node-forge in a worker, so that the page stays usable. Out: PKCS#8 and PKCS#10 in PEM, and who made them.
 * Throws the signal's reason on abort, Error when the worker fails or takes longer than ten minutes.
 */
export async function makeKeyAndRequest(
  { commonName, bits, signal }: MakeKeyInput,
  startWorker: () => KeyWorker = startForgeWorker,
): Promise<MadeKey> {
  signal?.throwIfAborted();
  if (canUseWebCrypto()) {
    const made = await createKeyAndRequest({ commonName, bits });
    signal?.throwIfAborted();
    return { ...made, madeBy: 'webcrypto' };
  }
  const deadline = AbortSignal.timeout(workerTimeoutMs);
  const worker = startWorker();
  try {
    const made = await askWorker(worker, { commonName, bits }, signal ? AbortSignal.any([signal, deadline]) : deadline);
    return { ...made, madeBy: 'worker' };
  } finally {
    worker.terminate();
  }
}

function askWorker(worker: KeyWorker, input: KeyRequestInput, signal: AbortSignal): Promise<KeyAndRequest> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    worker.onmessage = ({ data }) => {
      if (data.ok) resolve(data.made);
      else reject(new Error(`The key could not be made: ${data.message}`));
    };
    worker.onerror = (event) => reject(new Error(`The key worker did not start: ${event.message || 'unknown reason'}`));
    worker.onmessageerror = () => reject(new Error('The answer of the key worker could not be read.'));
    worker.postMessage(input);
  });
}
