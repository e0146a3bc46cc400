/**
 * A signal that aborts after so many milliseconds, with a TimeoutError. AbortSignal.timeout may be collected before it fires where only
 * an AbortSignal.any listens to it (Node 20 holds both weakly), and what waits for it would wait for ever: a timer holds this one.
 */
export function deadlineSignal(ms: number): AbortSignal {
  const deadline = new AbortController();
  const end = () => deadline.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  setTimeout(end, ms).unref();
  return deadline.signal;
}
