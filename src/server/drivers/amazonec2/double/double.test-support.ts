import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Ec2Account, Fault } from './account.test-support';
import { answers } from './answers.test-support';
import { judge, readModel } from './model.test-support';
import { decodeQuery, encodeAnswer, encodeFault, type Wire } from './wire.test-support';

export const testKeys = { accessKeyId: 'AKIATESTTESTTEST0001', secretAccessKey: 'a secret of the tests' };
export const roleKeys = { accessKeyId: 'ASIATESTROLE00000001', sessionToken: 'the session of a role' };

/** What goes wrong at a call instead of its answer. */
export interface Trouble {
  readonly action: string;
  readonly code: string;
  readonly message?: string;
  readonly status?: number;
  /** How many times; 1 where left out. */
  times?: number;
  /** The call is done, and its answer is lost on the way. */
  readonly isLost?: boolean;
}

interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const signatureOf = ({ headers }: IncomingMessage): Signature => {
  const [, accessKeyId = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  return { accessKeyId, region, service };
};

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const stsAnswer = (action: string, fields: Readonly<Record<string, string>>) =>
  `<${action}Response><${action}Result>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</${action}Result></${action}Response>`;

/**
 * EC2 and STS as one server over HTTP that speaks what AWS's SDK speaks, with an account whose things take their time, and are
 * not known everywhere at once. Each request and each answer is judged by Amazon's description where that is there;
 * `problems` has what it finds.
 */
export class Ec2Double {
  account = new Ec2Account();
  readonly problems: string[] = [];
  readonly calls: { readonly action: string; readonly region: string; readonly parameters: Wire }[] = [];
  readonly troubles: Trouble[] = [];
  readonly disabledRegions = new Set(['af-south-1']);
  /** Passes with every request, so that polling gets somewhere. */
  tickMs = 1000;
  readonly #model = readModel();
  #server: Server | undefined;

  get url(): string {
    const address = this.#server?.address() as AddressInfo | undefined;
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** An empty account at the same address. */
  renew(): void {
    this.account = new Ec2Account();
    this.troubles.length = 0;
    this.calls.length = 0;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }

  /** Throws what Amazon's description finds wrong with the requests and answers so far. */
  assertUnderstood(): void {
    const found = this.problems.splice(0);
    if (found.length > 0) throw new Error(found.join('\n'));
  }

  fail(trouble: Trouble): void {
    this.troubles.push({ times: 1, ...trouble });
  }

  countOf = (action: string): number => this.calls.filter((call) => call.action === action).length;

  #trouble(action: string): Trouble | undefined {
    const trouble = this.troubles.find((one) => one.action === action && (one.times ?? 0) > 0);
    if (trouble) trouble.times = (trouble.times ?? 1) - 1;
    return trouble;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { action, parameters } = decodeQuery(await read(request));
    const signature = signatureOf(request);
    this.account.now += this.tickMs;
    this.account.move();
    this.calls.push({ action, region: signature.region, parameters });
    try {
      const trouble = this.#trouble(action);
      if (trouble && !trouble.isLost) throw new Fault(trouble.code, trouble.message ?? trouble.code, trouble.status);
      this.#authorise(signature, request);
      const xml =
        signature.service === 'sts'
          ? this.#sts(action, signature, parameters)
          : this.#ec2(action, signature, parameters);
      if (trouble?.isLost) return void request.socket.destroy();
      response.writeHead(200, { 'content-type': 'text/xml' }).end(xml);
    } catch (error) {
      if (!(error instanceof Fault)) this.problems.push(`${action}: ${String(error)}`);
      const fault = error instanceof Fault ? error : new Fault('InternalError', String(error), 500);
      response.writeHead(fault.status, { 'content-type': 'text/xml' }).end(encodeFault(fault.code, fault.message));
    }
  }

  #authorise({ accessKeyId, region, service }: Signature, { headers }: IncomingMessage): void {
    const isRole = accessKeyId === roleKeys.accessKeyId && headers['x-amz-security-token'] === roleKeys.sessionToken;
    const isKnown = accessKeyId === testKeys.accessKeyId || isRole;
    if (isKnown && !(service === 'ec2' && this.disabledRegions.has(region))) return;
    throw new Fault('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }

  #sts(action: string, { accessKeyId }: Signature, parameters: Wire): string {
    if (action === 'GetCallerIdentity') {
      const { owner } = this.account;
      const who = accessKeyId === roleKeys.accessKeyId ? 'assumed-role/quaymaster/session' : 'user/quaymaster';
      return stsAnswer(action, { Account: owner, Arn: `arn:aws:iam::${owner}:${who}`, UserId: 'AIDA' });
    }
    if (parameters['ExternalId'] !== 'pier-9') {
      throw new Fault(
        'AccessDenied',
        'User is not authorized to perform: sts:AssumeRole on resource: role/quaymaster',
        403,
      );
    }
    return stsAnswer(action, {
      AccessKeyId: roleKeys.accessKeyId,
      SecretAccessKey: 'a secret of the role',
      SessionToken: roleKeys.sessionToken,
      Expiration: '2099-01-01T00:00:00Z',
    });
  }

  #ec2(action: string, { region }: Signature, parameters: Wire): string {
    const answer = answers[action];
    if (!answer) throw new Fault('InvalidAction', `The action ${action} is not valid for this web service.`);
    if (this.#model) this.problems.push(...judge(this.#model, action, { request: parameters }));
    const told = answer({ account: this.account, region, request: parameters });
    if (this.#model) this.problems.push(...judge(this.#model, action, { request: parameters, answer: told }));
    return encodeAnswer(action, told);
  }
}
