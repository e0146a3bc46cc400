import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import {
  type EngineEndpoint,
  engineInfo,
  type EngineInfoAnswer,
  engineVersion,
  rawEngineRequest,
} from '../engine-client';
import { describeConnectionFailure, failureKind } from '../engine/connection-failure';

export interface EngineVerified {
  readonly version: string;
  readonly apiVersion: string;
  /** From the first packet to the answer, handshake included. */
  readonly answerMs: number;
  readonly info: EngineInfoAnswer;
}

const connectTimeoutMs = 15_000;

/** A slow host may need a moment until what systemd listens on is served; a refused connection is worth another try. */
async function firstAnswer(ctx: ProvisionContext, endpoint: EngineEndpoint) {
  const { clock, signal } = ctx;
  return waitFor({
    clock,
    signal,
    everyMs: 100,
    timeoutMs: connectTimeoutMs,
    timeout: {
      code: 'provision.engine-verify-failed',
      what: `An answer of the engine at ${endpoint.address}:${endpoint.port}`,
    },
    poll: async () => {
      const started = clock.now().getTime();
      try {
        const version = await engineVersion(endpoint, signal);
        return { done: true, value: { version, answerMs: clock.now().getTime() - started } };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const kind = failureKind(error.cause);
        if (kind === 'clock') {
          throw new AppError({ code: 'provision.clock-skew', public: error.public, cause: error.cause });
        }
        if (kind !== 'refused') throw error;
        return { done: false, observed: error.public.replace(/\.$/, '') };
      }
    },
  });
}

/** An engine that answers somebody without a certificate is open to the whole network. */
async function proveRefusal(ctx: ProvisionContext, endpoint: EngineEndpoint): Promise<void> {
  const anonymous = { ...endpoint, tls: { ca: endpoint.tls.ca } };
  let status: number;
  try {
    status = (await rawEngineRequest(anonymous, '/_ping', ctx.signal)).status;
  } catch (error) {
    ctx.signal.throwIfAborted();
    const { kind, sentence } = describeConnectionFailure(error, endpoint);
    // It just answered with a certificate: a connection that is cut now is a refusal, silence is none.
    if (kind === 'client-refused' || kind === 'other') return;
    throw new AppError({
      code: 'provision.engine-verify-failed',
      public: `Whether the engine refuses a client without a certificate could not be found out. ${sentence}`,
      cause: error,
    });
  }
  throw new AppError({
    code: 'provision.engine-verify-failed',
    public: `The engine at ${endpoint.address}:${endpoint.port} answers without a client certificate (status ${status}): whoever reaches that port has root's rights on the host. Close the port in a firewall now, and look at the engine's settings on the host.`,
  });
}

/**
 * Proves from the console that the engine is served as it should be: a handshake with all checks and a client certificate,
 * /version and /info, and a refusal without a certificate. Throws provision.engine-verify-failed with the reason told
 * apart: refused, silent, wrong certificate, not an engine, open to everybody; provision.clock-skew for a wrong time.
 */
export async function verifyEngine(ctx: ProvisionContext, endpoint: EngineEndpoint): Promise<EngineVerified> {
  const { address, port } = endpoint;
  const [{ version, answerMs }] = [await firstAnswer(ctx, endpoint)];
  ctx.log.info(
    `The engine ${version.Version} (API ${version.ApiVersion}) answers at ${address}:${port} after a TLS handshake, in ${answerMs} ms.`,
  );
  const [info] = await Promise.all([engineInfo(endpoint, ctx.signal), proveRefusal(ctx, endpoint)]);
  ctx.log.info('A client without a certificate is refused.');
  return { version: version.Version, apiVersion: version.ApiVersion, answerMs, info };
}
