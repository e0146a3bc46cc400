import 'server-only';
import { timingSafeEqual } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';
import { localHeader } from '@/server/log/http-requests';
import { commandTokenOf, readMasterKey } from '@/server/secrets/master-key';
import type { RequestScope } from '@/server/trpc';

import { requestScope } from './request-scope';
import type { SignedIn } from './signed-in';

/** Whether a request comes from a command on this machine that can read the master key: it proves that with a token made of it. */
export function isOwnCommand(headers: Headers, env: RequestScope['runtime']['env']): boolean {
  if (headers.get(localHeader) !== '1') return false;
  const key = readMasterKey(env);
  const brought = Buffer.from(/^Bearer (\w+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '', 'hex');
  const expected = key && commandTokenOf(key);
  return expected?.length === brought.length && timingSafeEqual(expected, brought);
}

/** The scope of a request by an operator, or by a command on this machine. Throws auth.sign-in-required, auth.forbidden. */
export async function requireOperator(
  headers: Headers,
): Promise<RequestScope & { readonly operator: SignedIn['user'] | null }> {
  const scope = await requestScope(headers);
  if (isOwnCommand(headers, scope.runtime.env)) return { ...scope, operator: null };
  if (!scope.signedIn) throw new AppError({ code: 'auth.sign-in-required', public: 'Sign in to go on.' });
  const { user } = scope.signedIn;
  const operators = await scope.runtime.database.prisma.user.count({ where: { id: user.id, operator: true } });
  if (operators > 0) return { ...scope, operator: user };
  throw new AppError({
    code: 'auth.forbidden',
    public: 'This is for the operators of the installation. Ask one of them.',
  });
}
