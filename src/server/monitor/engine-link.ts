import 'server-only';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';

import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';
import { CutAfterHandshake, describeConnectionFailure, isCut } from '@/server/provision/engine/connection-failure';
import { type Reached, socketOptions } from '@/server/provision/engine/reached';
import { type RawAnswer, readAnswer } from '@/server/provision/engine/read-answer';

export interface LinkEndpoint extends Reached {
  /** The console's certificate and whom it trusts; one for all engines of a team. */
  readonly context: SecureContext;
}

export interface LinkLimits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const answerBytesMax = 4 * 1024 * 1024;

/**
 * One connection to an engine over mutual TLS that is kept between requests. Its handshake is always a full one, so opening
 * it proves who is let in now; what it carries later proves only that the host and its engine still answer.
 */
export class EngineLink {
  readonly #endpoint: LinkEndpoint;
  readonly #agent: Agent;
  #onEnd: () => void = () => undefined;
  #hasEnded = false;
  #way: ReturnType<typeof socketOptions> | undefined;
  #socket: Socket | undefined;

  constructor(endpoint: LinkEndpoint) {
    this.#endpoint = endpoint;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      maxCachedSessions: 0,
      secureContext: endpoint.context,
    });
  }

  /** Calls back once when the other side ends the connection; at once where it has. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#hasEnded) listener();
  }

  /**
   * One GET. Out: the body. Throws provision.engine-verify-failed,
   * with a cause where no answer came, or the reason of the caller's signal.
   */
  async get(path: string, { signal, timeoutMs }: LinkLimits): Promise<string> {
    const { address, port } = this.#endpoint;
    let answer: RawAnswer;
    try {
      answer = await this.#request(path, AbortSignal.any([signal, deadlineSignal(timeoutMs)]));
    } catch (error) {
      signal.throwIfAborted();
      throw new AppError({
        code: 'provision.engine-verify-failed',
        public: describeConnectionFailure(error, { address, port }).sentence,
        internal: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
    if (answer.status === 200) return answer.body;
    throw new AppError({
      code: 'provision.engine-verify-failed',
      public: `The engine at ${address}:${port} answered ${path} with status ${answer.status}.`,
      output: answer.body.slice(0, 2000),
    });
  }

  /** The same for a path that answers with JSON. */
  async getJson(path: string, limits: LinkLimits): Promise<unknown> {
    const text = await this.get(path, limits);
    try {
      return JSON.parse(text);
    } catch {
      const { address, port } = this.#endpoint;
      // Without a cause, as for every answer that came and is not the right one.
      throw new AppError({
        code: 'provision.engine-verify-failed',
        public: `The engine at ${address}:${port} answered ${path} with something that is no JSON.`,
        output: text.slice(0, 2000),
      });
    }
  }

  /** Whether the engine answers over this connection; it rejects when the connection does not do. */
  async ping(): Promise<boolean> {
    const { status } = await this.#request('/_ping', undefined);
    return status === 200;
  }

  close(): void {
    this.#hasEnded = true;
    this.#onEnd = () => undefined;
    this.#agent.destroy();
  }

  #request(path: string, signal: AbortSignal | undefined): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) return reject(new Error('the connection has ended'));
      this.#way ??= socketOptions(this.#endpoint);
      const call = request(
        {
          ...this.#way,
          path,
          agent: this.#agent,
          headers: { Accept: 'application/json' },
          ...(signal && { signal }),
        },
        (answer) => {
          readAnswer(answer, answerBytesMax).then(resolve, reject);
        },
      );
      let isSecure = true;
      call.on('socket', (socket) => {
        if (socket === this.#socket) return;
        this.#socket = socket;
        isSecure = false;
        socket.once('secureConnect', () => (isSecure = true));
        this.#watch(socket);
      });
      call.on('error', (error) => reject(isSecure && isCut(error) ? new CutAfterHandshake(error) : error));
      call.end();
    });
  }

  #watch(socket: Socket): void {
    socket.once('close', () => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#agent.destroy();
      this.#onEnd();
    });
  }
}
