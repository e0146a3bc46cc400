import { afterEach, describe, expect, test, vi } from 'vitest';

import type { KeyRequestInput } from './certification-request';
import { makeWithForge, type WorkerAnswer } from './forge-worker';
import { type KeyWorker, makeKeyAndRequest } from './request-key';

/** Answers like the real worker, but on this thread: what is tested here is who is asked, and that nothing is left over. */
class WorkerHere implements KeyWorker {
  onmessage: KeyWorker['onmessage'] = null;
  onerror: KeyWorker['onerror'] = null;
  onmessageerror: KeyWorker['onmessageerror'] = null;
  isTerminated = false;
  readonly asked: KeyRequestInput[] = [];

  constructor(private readonly respond: (worker: WorkerHere) => void) {}

  postMessage(input: KeyRequestInput) {
    this.asked.push(input);
    queueMicrotask(() => this.respond(this));
  }

  terminate() {
    this.isTerminated = true;
  }

  answer(data: WorkerAnswer) {
    this.onmessage?.(new MessageEvent('message', { data }));
  }
}

const neverAsked = () => {
  throw new Error('the worker was started');
};

/** What a page on plain http sees: randomness, but no WebCrypto. */
function insecureContext() {
  const { crypto } = globalThis;
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const input = { commonName: 'ada', bits: 2048 } as const;
const pems = {
  privateKeyPem: expect.stringContaining('PRIVATE KEY') as string,
  csrPem: expect.stringContaining('REQUEST') as string,
};

describe('makeKeyAndRequest', () => {
  test('uses WebCrypto in a secure context and starts no worker', async () => {
    expect(await makeKeyAndRequest(input, neverAsked)).toEqual({ ...pems, madeBy: 'webcrypto' });
  });

  test('asks the worker in an insecure context, and ends it afterwards', async () => {
    insecureContext();
    const worker = new WorkerHere((self) => self.answer({ ok: true, made: makeWithForge(input) }));
    expect(await makeKeyAndRequest(input, () => worker)).toEqual({ ...pems, madeBy: 'worker' });
    expect(worker.asked).toEqual([input]);
    expect(worker.isTerminated).toBe(true);
  });

  test.each([
    ['answers with a failure', (self: WorkerHere) => self.answer({ ok: false, message: 'no entropy' }), 'no entropy'],
    [
      'does not start',
      (self: WorkerHere) => self.onerror?.({ message: 'not found' } as ErrorEvent),
      'did not start: not found',
    ],
    [
      'answers unreadably',
      (self: WorkerHere) => self.onmessageerror?.(new MessageEvent('messageerror')),
      'could not be read',
    ],
  ])('says so when the worker %s, and ends it', async (_, respond, message) => {
    insecureContext();
    const worker = new WorkerHere(respond);
    await expect(makeKeyAndRequest(input, () => worker)).rejects.toThrow(message);
    expect(worker.isTerminated).toBe(true);
  });

  test('stops waiting and ends the worker when the person goes away', async () => {
    insecureContext();
    const leaving = new AbortController();
    const worker = new WorkerHere(() => leaving.abort(new Error('left the page')));
    await expect(makeKeyAndRequest({ ...input, signal: leaving.signal }, () => worker)).rejects.toThrow(
      'left the page',
    );
    expect(worker.isTerminated).toBe(true);
  });

  test('does not begin when it was called off already', async () => {
    await expect(
      makeKeyAndRequest({ ...input, signal: AbortSignal.abort(new Error('off')) }, neverAsked),
    ).rejects.toThrow('off');
  });
});
