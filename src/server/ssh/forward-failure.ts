import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

import { printable } from './printable';

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254, 5.1). */
const prohibited = 1;

/** OpenSSH tells what its own system has told it. */
const reasons: readonly { readonly said: RegExp; readonly code: ErrorCode; readonly what: string }[] = [
  { said: /refused|reset/i, code: 'ssh.port-closed', what: 'refuses connections: nothing listens there' },
  { said: /timed? ?out/i, code: 'ssh.timeout', what: 'does not answer' },
  { said: /name|resolve|getaddrinfo/i, code: 'ssh.name-unknown', what: 'has a name that is not known there' },
];

/** Why a host did not connect to an endpoint for us. `where` names the endpoint and the host. Pure. */
export function forwardFailure(error: Error, where: string): AppError {
  const said = printable(error.message, 200);
  if ('reason' in error && error.reason === prohibited) {
    return new AppError({
      code: 'ssh.unreachable',
      public: `${where} is not reached: the host forbids connections through its SSH server (AllowTcpForwarding or PermitOpen in sshd_config).`,
      internal: said,
      cause: error,
    });
  }
  const { code, what } = reasons.find((reason) => reason.said.test(said)) ?? {
    code: 'ssh.unreachable' as const,
    what: 'cannot be reached',
  };
  return new AppError({ code, public: `${where} ${what} (${said}).`, cause: error });
}
