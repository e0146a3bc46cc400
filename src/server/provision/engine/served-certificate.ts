import { connect } from 'node:tls';

import { AppError } from '@/server/errors/app-error';

import type { EngineEndpoint } from '../engine-client';
import { describeConnectionFailure } from './connection-failure';
import { socketOptions } from './reached';

const timeoutMs = 10_000;

/**
 * SHA-256 (upper-case hex) of the certificate that the engine's port shows now, in a handshake of its own and with all checks.
 * Throws provision.engine-verify-failed, or the reason of the signal.
 */
export async function servedFingerprint(endpoint: EngineEndpoint, signal: AbortSignal): Promise<string> {
  const socket = connect({
    ...socketOptions(endpoint),
    ...endpoint.tls,
    minVersion: 'TLSv1.2',
    timeout: timeoutMs,
  });
  const giveUp = () => socket.destroy(new Error('aborted'));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '')));
      socket.once('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
      socket.once('error', reject);
    });
  } catch (error) {
    signal.throwIfAborted();
    const { sentence } = describeConnectionFailure(error, endpoint);
    throw new AppError({ code: 'provision.engine-verify-failed', public: sentence, cause: error });
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}
