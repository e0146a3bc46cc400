import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { promisify } from 'node:util';

import { deadlineSignal } from '@/server/clock/deadline';

import { rawEngineRequest } from './engine-client';
import type { GateAdmission, GateLease } from './gate/admission';
import type { Member, ProvisionLab } from './lab.test-support';

export const fingerprintOf = ({ cert }: Member): string => new X509Certificate(cert).fingerprint256.replaceAll(':', '');

/** The console's certificate and these members'. */
export function admit(
  lab: ProvisionLab,
  version: number,
  { members = [], lease = { policy: 'best_effort' } }: { members?: readonly Member[]; lease?: GateLease } = {},
): GateAdmission {
  const admitted = [lab.console, ...members];
  return {
    version,
    authoritiesPem: [...new Set(admitted.map(({ caPem }) => caPem))].sort(),
    fingerprints: admitted.map(fingerprintOf).sort(),
    lease,
  };
}

/** "200", or the kind of the refusal; one fresh handshake. */
export async function knock(lab: ProvisionLab, member: Member | null): Promise<string> {
  const { tls, ...place } = lab.endpoint(member ?? lab.console);
  try {
    const endpoint = { ...place, tls: member ? tls : { ca: tls.ca } };
    return String((await rawEngineRequest(endpoint, '/_ping', deadlineSignal(10_000))).status);
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A stream of the engine's events, held open; `ended` says when it is over. */
export async function holdEvents(lab: ProvisionLab, member: Member) {
  const { address, port, tls } = lab.endpoint(member);
  let chunks = '';
  let isOver = false;
  let over: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    over = () => {
      isOver = true;
      resolve();
    };
  });
  const call = request({ host: address, port, path: '/events', agent: false, ...tls });
  await new Promise<void>((resolve, reject) => {
    call.on('response', (answer) => {
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (chunks += chunk));
      answer.on('close', over);
      answer.on('error', over);
      resolve();
    });
    call.on('error', (error) => {
      over();
      reject(error);
    });
    call.end();
  });
  return { ended, isOver: () => isOver, seen: () => chunks, stop: () => void call.destroy() };
}

const run = promisify(execFile);

/** openssl s_client's words about one handshake, with a request behind it. */
export async function openssl(args: readonly string[], input = 'GET /_ping HTTP/1.0\r\n\r\n'): Promise<string> {
  const script = '{ printf "%b" "$0"; sleep 0.5; } | timeout 6 openssl s_client "$@" 2>&1 || true';
  const { stdout } = await run('bash', ['-c', script, input, ...args], { maxBuffer: 1e7 });
  return stdout;
}

/** How many CAs the gate names to a client before it presents anything. */
export async function announcedCas(lab: ProvisionLab): Promise<number> {
  const { address, port } = lab.endpoint(lab.console);
  const text = await openssl(['-connect', `${address}:${port}`]);
  const [, names = ''] = /Acceptable client certificate CA names\n((?:.*=.*\n)+)/.exec(text) ?? [];
  return names.split('\n').filter((line) => /^(CN|O) ?=/.test(line)).length;
}
