import { lookup } from 'node:dns';
import { get as plainGet, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { get as secureGet } from 'node:https';
import { BlockList, isIP } from 'node:net';

import { AppError } from '@/server/errors/app-error';

/** A failure that another try may not meet: the network, or a server that is busy. `told` is what remains when none helps. */
export class PassingProblem extends Error {
  readonly told: AppError;

  constructor(told: AppError) {
    super(told.public, { cause: told });
    this.name = 'PassingProblem';
    this.told = told;
  }
}

export interface Asked {
  /** http or https. */
  readonly url: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly signal: AbortSignal;
  /** Whether an address of the console's own machine may be asked: only while developing. */
  readonly mayAskItself: boolean;
}

const redirectsMax = 10;
const silenceMs = 60_000;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const failed = (sentence: string, cause?: unknown) =>
  new AppError({ code: 'image.fetch-failed', public: sentence, ...(cause !== undefined && { cause }) });

// Where clouds tell a machine its own secrets, and what stands for "this machine".
const never = new BlockList();
never.addSubnet('169.254.0.0', 16, 'ipv4');
never.addSubnet('0.0.0.0', 8, 'ipv4');
never.addSubnet('fe80::', 10, 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');
never.addAddress('::', 'ipv6');
const itself = new BlockList();
itself.addSubnet('127.0.0.0', 8, 'ipv4');
itself.addAddress('::1', 'ipv6');

const isRefused = (address: string, mayAskItself: boolean): boolean => {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return never.check(address, family) || (!mayAskItself && itself.check(address, family));
};

const refusal = (host: string, address: string) =>
  failed(`${host} leads to ${address}, an address that the console does not fetch from. Use the name of a web server.`);

/** Resolves as usual and looks at every answer, so that no name leads to where its address would be refused. */
const guardedLookup =
  (mayAskItself: boolean): NonNullable<RequestOptions['lookup']> =>
  (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const bad = addresses.find(({ address }) => isRefused(address, mayAskItself));
      if (bad) return callback(refusal(host, bad.address), '');
      const [first] = addresses;
      if (options.all === true) return callback(null, addresses);
      return callback(null, first?.address ?? '', first?.family);
    });
  };

/** Throws image.fetch-failed where the console does not go to such an address at all. */
const judge = (text: string, { mayAskItself }: Asked): URL => {
  if (!URL.canParse(text)) throw failed(`"${text.slice(0, 200)}" is no address.`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw failed(`Images are fetched over http and https only, not over ${url.protocol.replace(':', '')}.`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && isRefused(host, mayAskItself)) throw refusal(host, host);
  return url;
};

const trouble = (url: URL, error: NodeJS.ErrnoException): AppError | PassingProblem => {
  if (error instanceof AppError) return error;
  const code = error.code ?? '';
  if (code === 'ENOTFOUND') return failed(`The name ${url.hostname} is not known to the console's machine.`, error);
  if (/^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_CERT)/.test(code)) {
    return failed(
      `The console does not trust the certificate of ${url.hostname} (${code}). Give it the CA with NODE_EXTRA_CA_CERTS, or use another mirror.`,
      error,
    );
  }
  const why = code === 'ECONNREFUSED' ? 'refuses connections' : `cannot be reached (${code || error.message})`;
  return new PassingProblem(
    failed(`${url.host} ${why}. A site without internet uses a mirror of its own, or uploads the image once.`, error),
  );
};

const ask = (url: URL, { headers, signal, mayAskItself }: Asked): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? secureGet : plainGet;
    const request = get(url, {
      headers: { 'user-agent': 'quaymaster', 'accept-encoding': 'identity', ...headers },
      lookup: guardedLookup(mayAskItself),
      // A kept connection would outlive the console's stop.
      agent: false,
      timeout: silenceMs,
    });
    const onAbort = () => request.destroy(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    request.once('close', () => signal.removeEventListener('abort', onAbort));
    request.once('timeout', () =>
      request.destroy(new PassingProblem(failed(`${url.host} has sent nothing for ${silenceMs / 1000} s.`))),
    );
    request.once('response', resolve);
    request.once('error', (error) =>
      reject(signal.aborted || error instanceof PassingProblem ? error : trouble(url, error)),
    );
  });

const judgeStatus = (url: URL, response: IncomingMessage): AppError | PassingProblem => {
  const status = response.statusCode ?? 0;
  const says = `${url.host} answers ${status} ${response.statusMessage ?? ''}`.trim();
  if (status === 404 || status === 410) return failed(`${says}: there is no such file. Check the address.`);
  if (status === 401 || status === 403) return failed(`${says}: it does not give the file to the console.`);
  if (status === 429 || status >= 500) return new PassingProblem(failed(`${says}. Try again later.`));
  return failed(`${says}, which is no file.`);
};

/**
 * Asks a web server, through redirects, each of which is judged like the first address. Out: an answer of 200, 206 or 416, whose body
 * the caller reads or destroys. Throws image.fetch-failed, PassingProblem, or the signal's reason.
 */
export async function httpGet(asked: Asked): Promise<IncomingMessage> {
  let url = judge(asked.url, asked);
  for (let hops = 0; hops <= redirectsMax; hops += 1) {
    const response = await ask(url, asked);
    const status = response.statusCode ?? 0;
    if (status === 200 || status === 206 || status === 416) return response;
    response.destroy();
    const { location } = response.headers;
    if (!redirects.has(status) || location === undefined) throw judgeStatus(url, response);
    if (!URL.canParse(location, url)) {
      throw failed(`${url.host} redirects to "${location.slice(0, 200)}", which is no address.`);
    }
    const next = judge(new URL(location, url).href, asked);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw failed(
        `${url.host} redirects from https to http (${next.host}), where anybody on the way could change the file.`,
      );
    }
    url = next;
  }
  throw failed(`${url.host} redirects more than ${redirectsMax} times.`);
}
