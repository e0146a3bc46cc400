import 'server-only';
import type { CheckEvent, ProbeId, ProbeResult } from '@/lib/host-check';
import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';
import type { Log } from '@/server/log/log';

import type { Finding, Probe } from './probe';

export interface RunProbesOptions {
  /** The browser's: when it goes away, the check ends without further events. */
  readonly signal: AbortSignal;
  /** For all probes together; what is not reached by then is skipped. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/** Where the sentence that says what happened ends, and what to do begins. */
const firstSentenceEnd = /(?<=[.!?]) (?=\p{Lu})/u;

/** An error's sentence, parted into what happened and what to do. Pure. */
function findingOf(error: AppError): Finding {
  const [message = error.public, ...advice] = error.public.split(firstSentenceEnd);
  return {
    status: 'failed',
    message: message.replace(/\.$/, ''),
    ...(advice.length > 0 && { advice: advice.join(' ') }),
    ...(error.fieldErrors && { fieldErrors: error.fieldErrors }),
  };
}

const late = (timeoutMs: number): Finding => ({
  status: 'failed',
  message: `No answer within ${Math.round(timeoutMs / 1000)} s`,
  advice: 'The host or the network is too slow or overloaded. Look at the host, then run the check again.',
});

async function runProbe(probe: Probe, { signal, log }: RunProbesOptions): Promise<Finding> {
  const deadline = deadlineSignal(probe.timeoutMs);
  const both = AbortSignal.any([signal, deadline]);
  try {
    return await probe.run(both);
  } catch (error) {
    if (error instanceof AppError) return findingOf(error);
    if (both.aborted) return late(probe.timeoutMs);
    log.error({ err: error, probe: probe.id }, 'a probe failed unexpectedly');
    return {
      status: 'failed',
      message: 'The console met an error that it did not expect',
      advice: 'The details are in its log.',
    };
  }
}

const skipped = (id: ProbeId): ProbeResult => ({
  id,
  status: 'skipped',
  message: '',
  advice: null,
  fieldErrors: null,
  milliseconds: 0,
});

const since = (startedAt: number) => Math.round(performance.now() - startedAt);

/**
 * Runs probes one after the other and tells of each as it starts and ends. A probe whose needs failed or were skipped is
 * skipped. Ends quietly when the signal aborts. Never throws for what a probe finds.
 */
export async function* runProbes(probes: readonly Probe[], options: RunProbesOptions): AsyncGenerator<CheckEvent> {
  const startedAt = performance.now();
  const deadline = deadlineSignal(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  const missed = new Set<ProbeId>();
  for (const probe of probes) {
    if (options.signal.aborted) return;
    if (deadline.aborted || probe.needs.some((id) => missed.has(id))) {
      missed.add(probe.id);
      yield { type: 'ended', result: skipped(probe.id) };
      continue;
    }
    yield { type: 'started', id: probe.id };
    const probeStartedAt = performance.now();
    const {
      status,
      message,
      advice = null,
      fieldErrors = null,
      hostKey,
    } = await runProbe(probe, { ...options, signal });
    if (options.signal.aborted) return;
    if (hostKey) yield { type: 'host-key', hostKey };
    if (status === 'failed') missed.add(probe.id);
    const milliseconds = since(probeStartedAt);
    yield { type: 'ended', result: { id: probe.id, status, message, advice, fieldErrors, milliseconds } };
  }
  yield { type: 'finished', milliseconds: since(startedAt) };
}
