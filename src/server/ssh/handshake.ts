import type { Duplex } from 'node:stream';

import ssh2, { type Client, type ConnectConfig, type ParsedKey } from 'ssh2';

import { AppError } from '@/server/errors/app-error';

import { offeredAlgorithms } from './algorithms';
import { attempt } from './attempt';
import type { Limits, SshEndpoint } from './dial';
import { bannerLine, describeFailure, type HandshakeProgress } from './handshake-failure';
import { describeHostKey, type HostKeyPolicy, type PresentedHostKey } from './host-key';

export interface Handshake {
  readonly endpoint: SshEndpoint;
  readonly hostKey: HostKeyPolicy;
  /** Left out: the handshake ends when the host has proven its key, before anybody signs in. */
  readonly account?: { readonly user: string; readonly key: ParsedKey };
  /** How often the other side is asked whether it is still there; after the third silence the connection ends. */
  readonly keepaliveMs?: number;
}

export interface Handshaken {
  readonly client: Client;
  readonly hostKey: PresentedHostKey;
}

/** The first bytes of the other side are kept up to this size, to show what it was when it was no SSH server. */
const seenBytesMax = 1024;

/** Takes part in the reading of the first bytes, beside ssh2, which does not hand out the identification line. */
function watchBanner(socket: Duplex, progress: HandshakeProgress): void {
  const onData = (chunk: Buffer) => {
    progress.seen += chunk.toString('latin1').slice(0, seenBytesMax - progress.seen.length);
    if (bannerLine.test(progress.seen)) progress.stage = 'key-exchange';
    if (progress.stage !== 'banner' || progress.seen.length >= seenBytesMax) socket.off('data', onData);
  };
  socket.on('data', onData);
}

/** The policy is asked once; a new exchange of keys later on must show the same key again. */
function hostVerifier(policy: HostKeyPolicy, onVerdict: (key: PresentedHostKey, refused?: AppError) => void) {
  let accepted: PresentedHostKey | undefined;
  return (wire: Buffer, verify: (isAccepted: boolean) => void): void => {
    const presented = describeHostKey(wire);
    if (accepted) return verify(accepted.key === presented.key);
    const judge = async () => {
      const verdict = await policy.verify(presented);
      if (verdict === 'accept') {
        accepted = presented;
        onVerdict(presented);
        return verify(true);
      }
      const refused = new AppError({
        code: 'ssh.host-key-changed',
        public: `The host key ${presented.fingerprint} (${presented.type}) was not accepted.`,
      });
      onVerdict(presented, verdict === 'reject' ? refused : verdict);
      verify(false);
    };
    judge().catch((error: unknown) => {
      onVerdict(presented, error instanceof AppError ? error : undefined);
      verify(false);
    });
  };
}

/**
 * Speaks SSH over an open socket: identification, key exchange, host key, and the sign-in when there is an account.
 * Owns the socket: it is destroyed when this fails. Throws ssh.not-ssh, ssh.algorithms-unsupported,
 * ssh.host-key-changed (or what the policy gave), ssh.auth-rejected, ssh.timeout, ssh.connection-lost.
 */
export function handshake(socket: Duplex, request: Handshake, { signal, timeoutMs }: Limits): Promise<Handshaken> {
  const { endpoint, account, hostKey: policy } = request;
  const progress: HandshakeProgress = {
    stage: 'banner',
    seen: '',
    notice: '',
    methodsLeft: undefined,
    isPartial: false,
  };
  return attempt<Handshaken>({
    signal,
    timeoutMs,
    timeout: () => describeFailure(progress, { endpoint, user: account?.user, timeoutMs }),
    begin: ({ done, fail }) => {
      const client = new ssh2.Client();
      let hostKey: PresentedHostKey | undefined;
      let refused: AppError | undefined;
      const succeed = () => {
        if (!hostKey) return;
        client.off('close', onClose);
        done({ client, hostKey });
      };
      const giveUp = (cause?: Error) => {
        fail(refused ?? describeFailure(progress, { endpoint, user: account?.user, cause }));
        socket.destroy();
      };
      const onClose = () => giveUp();
      // Stays for good: an error without a listener would end the process, and ssh2 may emit more than one.
      client.on('error', giveUp);
      client.on('close', onClose);
      client.on('banner', (text) => {
        progress.notice = text;
      });
      client.on('handshake', () => {
        progress.stage = 'sign-in';
        if (!account) succeed();
      });
      client.on('ready', succeed);

      let isKeyTried = false;
      const config: ConnectConfig = {
        sock: socket,
        username: account?.user ?? '',
        algorithms: offeredAlgorithms(policy.preferredTypes),
        readyTimeout: 0,
        keepaliveInterval: request.keepaliveMs ?? 5000,
        keepaliveCountMax: 2,
        hostVerifier: hostVerifier(policy, (key, error) => {
          hostKey = key;
          refused = error;
        }),
        authHandler: (methodsLeft, isPartial, next) => {
          if (account && !isKeyTried) {
            isKeyTried = true;
            return next({ type: 'publickey', username: account.user, key: account.key });
          }
          progress.methodsLeft = methodsLeft ?? undefined;
          progress.isPartial = isPartial === true;
          next(false as never);
        },
      };
      client.connect(config);
      watchBanner(socket, progress);
      return () => {
        client.off('close', onClose);
        socket.destroy();
      };
    },
  });
}
