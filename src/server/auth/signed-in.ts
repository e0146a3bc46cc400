/** A browser that has signed in, as its session row says. */
export interface SignedIn {
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
}
