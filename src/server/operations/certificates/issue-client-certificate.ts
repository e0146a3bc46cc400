import 'server-only';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';

import { type IssuedToMember, signForCaller, type SigningRequest } from './sign-for-member';

/** Where a key was made: on the console's own page, or by the member's own tools. */
export type KeyOrigin = 'browser' | 'file';

/**
 * Signs a client certificate for one of the caller's own devices. A device may get another one while it has one that is live:
 * whoever lost a key makes a new one, and nothing that still works is taken away by that; the former stays listed until it is
 * revoked or ends. To replace it, see renewCertificate. Throws certificate.csr-files-off and what signForCaller throws.
 */
export async function issueClientCertificate(
  ctx: TeamContext,
  { origin, ...request }: SigningRequest & { readonly origin: KeyOrigin },
): Promise<IssuedToMember> {
  await assertOriginAllowed(ctx, origin);
  return signForCaller(ctx, request);
}

/**
 * Keeps members to keys of the browser where the team wants that. It is a rule for people: what a program says of where its
 * key comes from cannot be proven.
 */
export async function assertOriginAllowed({ actor, db }: TeamContext, origin: KeyOrigin): Promise<void> {
  if (origin === 'browser') return;
  const team = await db.team.findUniqueOrThrow({ where: { id: actor.teamId }, select: { csrFilesAllowed: true } });
  if (team.csrFilesAllowed) return;
  const sentence = 'The team allows only keys that this page makes in the browser, no certificate requests as files.';
  throw new AppError({ code: 'certificate.csr-files-off', public: sentence, fieldErrors: { csrPem: sentence } });
}
