// A process of its own, so that the knocking takes nothing from the console that is measured.
import { systemClock } from '@/server/clock/clock';
import { type HeldStream, holdStream } from '@/server/self-test/held-stream';
import { type ClientPair, type Target, tryCall } from '@/server/self-test/tls-call';

import { now } from './now';
import type { Watch, WatcherMessage } from './watcher-messages';

const timeoutMs = 10_000;
const admitMs = 30_000;
const cutMs = 60_000;
/** Each knock costs both ends a handshake on this machine: more often would slow down what is measured. */
const knockEveryMs = 100;
/** A host has refused when it goes on to. */
const confirmations = 3;

const send = (message: WatcherMessage) => process.send?.(message);

const untilAdmitted = async (target: Target, pair: ClientPair): Promise<void> => {
  const until = now() + admitMs;
  for (;;) {
    const end = await tryCall(target, { pair, path: '/_ping' }, timeoutMs);
    if (end.kind === 'answered') return;
    if (now() > until) throw new Error(`${target.address} does not let the certificate in: ${end.why}`);
    await systemClock.sleep(100);
  }
};

const hold = async (target: Target, pair: ClientPair): Promise<HeldStream> => {
  await untilAdmitted(target, pair);
  const stream = await holdStream(target, { pair, timeoutMs, clock: systemClock });
  if (stream.opened.kind !== 'answered') throw new Error(`${target.address} holds no stream: ${stream.opened.why}`);
  return stream;
};

/** When the host refused a fresh handshake for the first time; it must not let in any more after that. */
const untilRefused = async (target: Target, pair: ClientPair): Promise<number> => {
  let at = 0;
  for (let refusals = 0; refusals < confirmations;) {
    const end = await tryCall(target, { pair, path: '/_ping' }, timeoutMs);
    if (end.kind === 'unknown') throw new Error(end.why);
    if (end.kind === 'answered') {
      if (refusals > 0) throw new Error(`${target.address} lets in again what it had refused`);
      await systemClock.sleep(knockEveryMs);
      continue;
    }
    if (refusals === 0) at = now();
    refusals += 1;
  }
  return at;
};

const untilCut = async (stream: HeldStream): Promise<number> => {
  const late = systemClock.sleep(cutMs).then(() => null);
  if (!(await Promise.race([stream.ended, late]))) throw new Error(`a stream was still open after ${cutMs} ms`);
  return now();
};

const watch = async ({ pair, targets }: Watch): Promise<void> => {
  const streams = await Promise.all(targets.map((target) => hold(target, pair)));
  send({ kind: 'ready' });
  const [at, cutAt] = await Promise.all([
    Promise.all(targets.map((target) => untilRefused(target, pair))),
    Promise.all(streams.map(untilCut)),
  ]);
  send({ kind: 'refused', at, cutAt });
};

process.on('message', (message) => {
  watch(message as Watch).catch((error: unknown) => send({ kind: 'failed', why: String(error) }));
});
