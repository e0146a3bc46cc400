import { AppError } from '@/server/errors/app-error';

import { seconds } from './attempt';
import { nameEndpoint, type SshEndpoint } from './dial';
import { printable } from './printable';

export interface HandshakeProgress {
  stage: 'banner' | 'key-exchange' | 'sign-in';
  /** The first bytes that came, one character a byte. */
  seen: string;
  /** What the server wants to be shown before signing in ("System is booting up …"). */
  notice: string;
  /** The methods that the server would take, once it has refused ours. */
  methodsLeft: readonly string[] | undefined;
  /** The key was good, and the server wants something more. */
  isPartial: boolean;
}

interface FailureFacts {
  readonly endpoint: SshEndpoint;
  readonly user: string | undefined;
  readonly cause?: Error | undefined;
  /** Set when it was the deadline. */
  readonly timeoutMs?: number;
}

const methodNames: Readonly<Record<string, string>> = {
  password: 'a password',
  'keyboard-interactive': 'a password or code at a prompt',
  publickey: 'a key',
  'gssapi-with-mic': 'Kerberos',
  hostbased: 'host-based sign-in',
};

/** The line with which a server introduces itself; 1.99 stands for a server that knows 1 and 2 (RFC 4253, 4.2 and 5.1). */
export const bannerLine = /^(SSH-(?:2\.0|1\.99)-[^\n]*)\n/m;

/** SSH_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE; OpenSSH ends with 2 and these words instead. */
const isTurnedAway = (cause: Error | undefined) =>
  (cause as { code?: unknown } | undefined)?.code === 14 ||
  /too many authentication failures/i.test(cause?.message ?? '');

const listMethods = (methods: readonly string[]) =>
  methods.map((method) => `${method}${methodNames[method] ? ` (${methodNames[method]})` : ''}`).join(', ');

function notSsh(progress: HandshakeProgress, { endpoint, cause, timeoutMs }: FailureFacts): AppError {
  const where = nameEndpoint(endpoint);
  const seen = printable(Buffer.from(progress.seen, 'latin1').toString('utf8'), 120);
  const nothing = timeoutMs
    ? `accepts connections but said nothing within ${seconds(timeoutMs)}`
    : 'closed the connection without a word';
  return new AppError({
    code: 'ssh.not-ssh',
    public: seen
      ? `${where} is not an SSH server: it answered "${seen}". Correct the port.`
      : `${where} ${nothing}. Another service uses the port, or the SSH server is busy, still starting, or turns this console away.`,
    cause,
  });
}

function authRejected(progress: HandshakeProgress, { endpoint, user, cause }: FailureFacts): AppError {
  const { methodsLeft = [], isPartial } = progress;
  const where = nameEndpoint(endpoint);
  const offers = methodsLeft.length > 0 ? ` The server offers: ${listMethods(methodsLeft)}.` : '';
  const takesKeys = methodsLeft.length === 0 || methodsLeft.includes('publickey');
  const advice = takesKeys
    ? ` Put the public key into ~/.ssh/authorized_keys of ${user}, or correct the user.`
    : ' It takes no keys: allow PubkeyAuthentication for this user.';
  return new AppError({
    code: 'ssh.auth-rejected',
    public: isPartial
      ? `${where} took the key of ${user} but demands more.${offers} The console can sign in with a key only.`
      : `${where} refused the key for the user ${user}.${offers}${advice}`,
    cause,
  });
}

/** Says where and why a handshake ended: one code and one sentence for each way that it can. */
export function describeFailure(progress: HandshakeProgress, facts: FailureFacts): AppError {
  const { endpoint, cause, timeoutMs, user } = facts;
  const where = nameEndpoint(endpoint);
  const level = (cause as { level?: string } | undefined)?.level;
  if (progress.stage === 'banner') return notSsh(progress, facts);
  if (level === 'client-authentication' || isTurnedAway(cause)) return authRejected(progress, facts);
  if (/no matching/i.test(cause?.message ?? '')) {
    return new AppError({
      code: 'ssh.algorithms-unsupported',
      public: `${where} and the console have no SSH algorithm in common (${printable(cause?.message ?? '')}). Its SSH server is too old, or too narrowly configured.`,
      cause,
    });
  }
  const doing = progress.stage === 'sign-in' ? `the sign-in of ${user}` : 'the exchange of keys';
  if (timeoutMs !== undefined) {
    return new AppError({
      code: 'ssh.timeout',
      public: `${where} answered, but ${doing} did not finish within ${seconds(timeoutMs)}. The host is overloaded, or the network loses packets.`,
    });
  }
  const notice = printable(progress.notice, 300);
  const reason = cause ? ` (${printable(cause.message)})` : '';
  return new AppError({
    code: 'ssh.connection-lost',
    public: `${where} ended the connection during ${doing}${reason}.${notice ? ` It said: "${notice}"` : ''}`,
    cause,
  });
}
