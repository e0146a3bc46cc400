import { userInfo } from 'node:os';

import { type Sshd, trustAnyKey } from '../../../test/support/sshd';
import { connectSsh } from './connect';
import type { SshConnection } from './connection';

export const never = new AbortController().signal;
export const isRoot = userInfo().uid === 0;
export const why = 'needs sshd: apt-get install openssh-server';

export const connectTo = (sshd: Sshd): Promise<SshConnection> =>
  connectSsh(sshd.target, { signal: never, hostKey: trustAnyKey });
