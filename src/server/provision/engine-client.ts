import { request } from 'node:https';

import { z } from 'zod';

import { deadlineSignal } from '@/server/clock/deadline';
import { AppError } from '@/server/errors/app-error';

import { CutAfterHandshake, describeConnectionFailure, isCut } from './engine/connection-failure';
import { type Reached, socketOptions } from './engine/reached';
import { type RawAnswer, readAnswer } from './engine/read-answer';

/** All PEM. Without cert and key the request is an anonymous one, which an engine has to refuse. */
export interface EngineClientTls {
  /** The team's engine CA. */
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The address must be among the certificate's names. */
export interface EngineEndpoint extends Reached {
  readonly tls: EngineClientTls;
  /** For connecting, handshake and answer together. Default 10 s. */
  readonly timeoutMs?: number;
}

const requestTimeoutMs = 10_000;
const answerBytesMax = 16 * 1024 * 1024;

export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const wordsOf = (call: string | EngineCall) => {
  const { method, path, body } = typeof call === 'string' ? { method: 'GET', path: call } : call;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { Accept: 'application/json', ...(text !== '' && { 'Content-Type': 'application/json' }) };
  return { options: { method, path, headers }, text };
};

/** One call over a connection of its own: no session is resumed, so every call proves who is let in now. A path alone is a GET. */
export function rawEngineRequest(
  endpoint: EngineEndpoint,
  asked: string | EngineCall,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const { options, text } = wordsOf(asked);
  const { tls, timeoutMs = requestTimeoutMs } = endpoint;
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...socketOptions(endpoint),
        ...options,
        agent: false,
        ca: tls.ca,
        ...(tls.cert !== undefined && { cert: tls.cert }),
        ...(tls.key !== undefined && { key: tls.key }),
        minVersion: 'TLSv1.2',
        signal: AbortSignal.any([signal, deadlineSignal(timeoutMs)]),
      },
      (answer) => {
        readAnswer(answer, answerBytesMax).then(resolve, reject);
      },
    );
    let isSecure = false;
    call.on('socket', (socket) => socket.once('secureConnect', () => (isSecure = true)));
    call.on('error', (error) => reject(isSecure && isCut(error) ? new CutAfterHandshake(error) : error));
    call.end(text);
  });
}

/** What an engine answers, also where that is a refusal. Throws provision.engine-verify-failed where nothing is answered. */
export async function engineAnswer(
  endpoint: EngineEndpoint,
  call: string | EngineCall,
  signal: AbortSignal,
): Promise<RawAnswer> {
  try {
    return await rawEngineRequest(endpoint, call, signal);
  } catch (error) {
    signal.throwIfAborted();
    const { sentence } = describeConnectionFailure(error, endpoint);
    throw new AppError({
      code: 'provision.engine-verify-failed',
      public: sentence,
      internal: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

/**
 * Asks an engine over mutual TLS and returns its JSON. The certificate's names and dates are checked.
 * Throws provision.engine-verify-failed with the reason in words, or the reason of the caller's signal.
 */
export async function engineRequest(endpoint: EngineEndpoint, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await engineAnswer(endpoint, path, signal);
  const failed = (what: string) =>
    new AppError({
      code: 'provision.engine-verify-failed',
      public: `The engine at ${endpoint.address}:${endpoint.port} answered ${path} with ${what}.`,
      output: answer.body.slice(0, 2000),
    });
  if (answer.status !== 200) throw failed(`status ${answer.status}`);
  try {
    return JSON.parse(answer.body);
  } catch (error) {
    throw Object.assign(failed('something that is no JSON'), { cause: error });
  }
}

const engineVersionAnswer = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().default(''),
  KernelVersion: z.string().default(''),
});

const engineInfoAnswer = z.object({
  ID: z.string().default(''),
  Containers: z.number(),
  ContainersRunning: z.number(),
  ContainersPaused: z.number(),
  ContainersStopped: z.number(),
  Images: z.number(),
  Driver: z.string(),
  DockerRootDir: z.string(),
  CgroupVersion: z.string().default('1'),
  KernelVersion: z.string(),
  OperatingSystem: z.string(),
  Architecture: z.string(),
  NCPU: z.number(),
  MemTotal: z.number(),
  Name: z.string(),
  ServerVersion: z.string(),
  LiveRestoreEnabled: z.boolean(),
  Swarm: z.object({ LocalNodeState: z.string().default('') }).optional(),
  Labels: z.array(z.string()).nullish(),
});

export type EngineVersionAnswer = z.output<typeof engineVersionAnswer>;
export type EngineInfoAnswer = z.output<typeof engineInfoAnswer>;

const understood = <T>(schema: z.ZodType<T>, answer: unknown): T => {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError({
    code: 'provision.engine-verify-failed',
    public: 'What answers on the port is no Docker engine, or one that the console does not understand.',
    internal: parsed.error.message,
  });
};

/** GET /version. Errors as engineRequest. */
export async function engineVersion(endpoint: EngineEndpoint, signal: AbortSignal): Promise<EngineVersionAnswer> {
  return understood(engineVersionAnswer, await engineRequest(endpoint, '/version', signal));
}

/** GET /info. Errors as engineRequest. */
export async function engineInfo(endpoint: EngineEndpoint, signal: AbortSignal): Promise<EngineInfoAnswer> {
  return understood(engineInfoAnswer, await engineRequest(endpoint, '/info', signal));
}

/** Parses what the engine's /version says, from wherever it came. Throws provision.engine-verify-failed. */
export const parseEngineVersion = (answer: unknown): EngineVersionAnswer => understood(engineVersionAnswer, answer);

/** Parses what the engine's /info says, from wherever it came. Throws provision.engine-verify-failed. */
export const parseEngineInfo = (answer: unknown): EngineInfoAnswer => understood(engineInfoAnswer, answer);
