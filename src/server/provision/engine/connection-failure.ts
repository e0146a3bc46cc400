import { AppError } from '@/server/errors/app-error';

/** What kept a connection to an engine from working. */
export type ConnectionFailureKind =
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'name-unknown'
  | 'no-tls'
  | 'wrong-name'
  | 'untrusted'
  | 'clock'
  | 'client-refused'
  | 'other';

export interface ConnectionFailure {
  readonly kind: ConnectionFailureKind;
  /** For people: what happened and what to look at. */
  readonly sentence: string;
}

/** In TLS 1.3 the client is done before the server has judged its certificate, and the refusal may come as a bare reset. */
export class CutAfterHandshake extends Error {
  constructor(cause: Error) {
    super('the connection was cut right after the TLS handshake', { cause });
    this.name = 'CutAfterHandshake';
  }
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Node's and OpenSSL's codes. Source: Node's errors documentation, "OpenSSL errors" and system errors. */
const kindOfCode: Readonly<Record<string, ConnectionFailureKind>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENOTFOUND: 'name-unknown',
  EAI_AGAIN: 'name-unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  CERT_HAS_EXPIRED: 'clock',
  CERT_NOT_YET_VALID: 'clock',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
  EPROTO: 'no-tls',
  // Of a dial through another host.
  'ssh.port-closed': 'refused',
  'ssh.timeout': 'timeout',
  'ssh.unreachable': 'unreachable',
  'ssh.name-unknown': 'name-unknown',
  'ssh.connection-lost': 'unreachable',
  'driver.unreachable': 'unreachable',
  'hypervisor.not-found': 'unreachable',
};

const clientAlert =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE|ACCESS_DENIED|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED)/;

const sentences: Readonly<Record<ConnectionFailureKind, (place: string) => string>> = {
  refused: (place) => `${place} refuses connections: nothing listens there, or a firewall rejects it.`,
  timeout: (place) =>
    `${place} does not answer. The engine may run and a firewall in between drop the packets: open this TCP port from the console to the host.`,
  unreachable: (place) => `There is no way to ${place}: the network says that it cannot be reached.`,
  'name-unknown': (place) => `The name in ${place} is not known to the console's name service.`,
  'no-tls': (place) => `What listens at ${place} does not speak TLS.`,
  'wrong-name': (place) =>
    `The certificate at ${place} is not made for this address, so something else may answer there.`,
  untrusted: (place) =>
    `The certificate at ${place} was not made by this team's engine CA, so something else may answer there.`,
  clock: (place) =>
    `The certificate at ${place} is not valid at this time. Compare the clocks of the console and the host; if they agree, renew the certificate.`,
  'client-refused': (place) =>
    `The engine at ${place} refuses the certificate of this client: its CA is not in the host's trust file, or the host's clock is off.`,
  other: (place) => `The connection to the engine at ${place} broke off.`,
};

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether the other side ended the connection without a word. */
export const isCut = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(codeOf(error));

export function failureKind(error: unknown): ConnectionFailureKind {
  const name = error instanceof Error ? error.name : '';
  // The deadline's abort: the request's own error is an AbortError whose cause is the TimeoutError.
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  // Happy eyeballs wraps the errors of all addresses.
  if (error instanceof AggregateError && codeOf(error) === '') return failureKind(error.errors[0]);
  if (error instanceof CutAfterHandshake) return 'client-refused';
  const code = codeOf(error);
  const known = kindOfCode[code];
  const message = error instanceof Error ? error.message : '';
  if (clientAlert.test(code) || /alert (bad certificate|certificate required|unknown ca)/i.test(message)) {
    return 'client-refused';
  }
  return known ?? 'other';
}

export function describeConnectionFailure(error: unknown, { address, port }: Place): ConnectionFailure {
  const kind = failureKind(error);
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const code = codeOf(error);
  if (error instanceof AppError) return { kind, sentence: error.public };
  if (error instanceof CutAfterHandshake) {
    return {
      kind,
      sentence: `The engine at ${place} ended the connection right after the TLS handshake. Most likely it refuses the certificate of this client: its CA is not in the host's trust file, or the host's clock is off.`,
    };
  }
  return { kind, sentence: `${sentences[kind](place)}${kind === 'other' && code ? ` (${code})` : ''}` };
}
