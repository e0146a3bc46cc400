import type { Clock } from '@/server/clock/clock';

import { type CallEnd, type ClientPair, openCall, type Target } from './tls-call';

/** A stream of the engine's events, held open like `docker events` does. */
export interface HeldStream {
  /** How its request was answered; only an answered one is held. */
  readonly opened: CallEnd;
  /** When the other side ended it; resolves then. */
  readonly ended: Promise<Date>;
  isOpen(): boolean;
  close(): void;
}

/** Asks for the engine's events and leaves the answer open. */
export async function holdStream(
  target: Target,
  { pair, timeoutMs, clock }: { pair: ClientPair; timeoutMs: number; clock: Clock },
): Promise<HeldStream> {
  const { socket, end } = openCall(target, { pair, path: '/events' }, timeoutMs);
  let isOpen = true;
  const ended = new Promise<Date>((resolve) => {
    const note = () => {
      isOpen = false;
      resolve(clock.now());
    };
    socket.once('end', note);
    socket.once('close', note);
  });
  const opened = await end;
  if (opened.kind !== 'answered') socket.destroy();
  return { opened, ended, isOpen: () => isOpen, close: () => socket.destroy() };
}
