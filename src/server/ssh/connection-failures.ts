import { AppError } from '@/server/errors/app-error';

import { printable } from './printable';

interface Account {
  readonly host: string;
  readonly user: string;
}

/** The server lets the account in and opens no session for a command. */
export const sessionsDenied = ({ host, user }: Account, cause: Error): AppError =>
  new AppError({
    code: 'provision.command-failed',
    public: `The SSH server of ${host} lets ${user} sign in but opens no session for a command (${printable(cause.message)}). Look at MaxSessions and at the restrictions of the key on the host.`,
    cause,
  });

/** Something else ran in place of the command. */
export const runsNoCommands = ({ user }: Account, said: string, exitCode: number): AppError =>
  new AppError({
    code: 'provision.command-failed',
    public:
      `The account ${user} does not run commands: its login shell or a forced command answered ` +
      `"${printable(said)}" (exit code ${exitCode}).`,
    output: said,
  });

interface Loss {
  readonly host: string;
  /** What was under way. */
  readonly name: string;
  /** The connection is there: only this has ended. */
  readonly isOpen: boolean;
  readonly cause: Error | undefined;
}

/** The end of something that did not say how it went. */
export const connectionLost = ({ host, name, isOpen, cause }: Loss): AppError => {
  const why = cause ? ` (${printable(cause.message)})` : '';
  return new AppError({
    code: 'ssh.connection-lost',
    public: isOpen
      ? `The host ended "${name}" without saying how it went.`
      : `The connection to ${host} was lost during "${name}"${why}. The host went down, or the network between did.`,
    cause,
  });
};
