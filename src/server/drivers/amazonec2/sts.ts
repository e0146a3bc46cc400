import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

import { SignatureV4 } from '@smithy/signature-v4';

import { deadlineSignal } from '@/server/clock/deadline';

import type { CallerIdentity } from './calls';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface StsTarget {
  readonly region: string;
  /** Left out: Amazon's own of the region. */
  readonly endpoint?: string | undefined;
  readonly keys: () => Promise<Keys>;
  readonly signal: AbortSignal;
}

export interface AssumeRole {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly sessionName: string;
}

const timeoutMs = 15_000;

/** The hash that the signer of AWS wants, from Node's own. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : new Uint8Array(bytesOf(secret));
    this.#hash = this.#fresh();
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset(): void {
    this.#hash = this.#fresh();
  }
  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

const bytesOf = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

const domainOf = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

const textIn = (xml: string, element: string): string | undefined =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];

const required = (xml: string, element: string): string => {
  const text = textIn(xml, element);
  if (text === undefined) throw stsError('InternalFailure', `STS gave no ${element}.`, 502);
  return text;
};

const stsError = (name: string, message: string, status: number) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

/**
 * Two calls of AWS STS (API version 2011-06-15, query protocol), signed by AWS's signer: the client package of STS would be
 * ten thousand lines for them. Throws as the SDK does, with the provider's code as `name`.
 */
async function call(target: StsTarget, parameters: Readonly<Record<string, string>>): Promise<string> {
  const { region, signal } = target;
  const url = new URL(target.endpoint ?? `https://sts.${region}.${domainOf(region)}`);
  const body = new URLSearchParams({ ...parameters, Version: '2011-06-15' }).toString();
  const signer = new SignatureV4({ service: 'sts', region, credentials: target.keys, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
  });
  const { host: _host, ...sent } = headers;
  const response = await fetch(url, {
    method: 'POST',
    headers: sent,
    body,
    redirect: 'error',
    signal: AbortSignal.any([signal, deadlineSignal(timeoutMs)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    // fetch hides the reason one level below.
    const cause = (error as Error).cause as { code?: string } | undefined;
    throw Object.assign(new Error('STS does not answer.', { cause: error }), {
      name: 'TimeoutError',
      code: cause?.code ?? 'ETIMEDOUT',
    });
  });
  const xml = await response.text();
  if (response.ok) return xml;
  throw stsError(textIn(xml, 'Code') ?? 'Unknown', textIn(xml, 'Message') ?? '', response.status);
}

export async function getCallerIdentity(target: StsTarget): Promise<CallerIdentity> {
  const xml = await call(target, { Action: 'GetCallerIdentity' });
  return { account: required(xml, 'Account'), arn: required(xml, 'Arn') };
}

export async function assumeRole(target: StsTarget, role: AssumeRole): Promise<Keys> {
  const xml = await call(target, {
    Action: 'AssumeRole',
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName,
    DurationSeconds: '3600',
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  });
  return {
    accessKeyId: required(xml, 'AccessKeyId'),
    secretAccessKey: required(xml, 'SecretAccessKey'),
    sessionToken: required(xml, 'SessionToken'),
    expiration: new Date(required(xml, 'Expiration')),
  };
}
