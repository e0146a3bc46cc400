import { AppError } from '@/server/errors/app-error';

import { printable } from './printable';
import { type ShellScript, sh } from './shell';

/**
 * Finds out which kind of sudo an account has, in one go: prints "passwordless", or takes the password from standard
 * input and prints "password" when it is right. Anything else is sudo's refusal.
 */
export const sudoProbe: ShellScript = sh`if sudo -n -- true </dev/null 2>/dev/null; then echo passwordless; exit 0; fi
sudo -k -S -p ${''} -- true && echo password`;

interface Refused {
  readonly user: string;
  /** What sudo, or the shell that did not find it, had to say. */
  readonly said: string;
  readonly hasPassword: boolean;
}

const reasons: readonly { readonly said: RegExp; readonly why: (refused: Refused) => string }[] = [
  {
    said: /sudo: (command )?not found|sudo['’]?: No such file|unknown command: sudo/i,
    why: ({ user }) => `sudo is not installed. Install it and allow ${user} to use it, or sign in as root.`,
  },
  {
    said: /must have a tty|no tty present and no askpass program specified\s*$/i,
    why: () =>
      'sudo demands a terminal (requiretty). Take that line out of /etc/sudoers, or except this account from it.',
  },
  {
    said: /not in the sudoers file|is not allowed to|may not run sudo/i,
    why: ({ user }) => `${user} is not allowed to use sudo. Allow it in /etc/sudoers.d, or sign in as another user.`,
  },
  {
    said: /password is required|no password was provided|askpass|incorrect password|try again/i,
    why: ({ user, hasPassword }) =>
      hasPassword
        ? `the sudo password of ${user} is not right.`
        : `sudo asks ${user} for a password. Enter the sudo password, or allow sudo without one (NOPASSWD).`,
  },
  {
    said: /account (is locked|has expired)|account validation failure|password (has )?expired/i,
    why: ({ user }) => `the account ${user} or its password has expired or is locked.`,
  },
];

/** Puts sudo's refusal into words that say what to change on the host. Code provision.sudo-refused. */
export function sudoRefused(refused: Refused): AppError {
  const said = refused.said.replace(/^sudo: unable to resolve host .*$/gm, '').trim();
  const known = reasons.find((reason) => reason.said.test(said));
  return new AppError({
    code: 'provision.sudo-refused',
    public: `No root rights on the host: ${known ? known.why(refused) : `sudo said "${printable(said)}".`}`,
    ...(said && { output: said }),
  });
}
