import type { SignedIn } from '@/server/auth/signed-in';
import type { RequestContext } from '@/server/operations/team-context';

/** What operations on the caller's own account get: who is signed in, and where the request came from. */
export interface AccountContext extends RequestContext {
  readonly signedIn: SignedIn;
}
