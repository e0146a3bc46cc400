import { z } from 'zod';

export type SignInOutcome =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'too-many'; readonly retryAt: Date }
  | { readonly kind: 'unexpected' }
  | { readonly kind: 'unreachable' };

const csrfAnswer = z.object({ csrfToken: z.string() });
const callbackAnswer = z.object({ url: z.string() });

// next-auth answers with an address; a refusal stands in its query.
const outcomeOf = (url: string): SignInOutcome => {
  const error = new URL(url, window.location.origin).searchParams.get('error');
  if (error === null) return { kind: 'signed-in' };
  const [code, detail = ''] = error.split(' ');
  if (code === 'auth.too-many-attempts') return { kind: 'too-many', retryAt: new Date(detail) };
  return { kind: code === 'auth.credentials-rejected' || code === 'CredentialsSignin' ? 'rejected' : 'unexpected' };
};

/**
 * Signs this browser in through next-auth's REST endpoints; its own client function leaves the page when the console does
 * not answer. Never throws. Source: https://next-auth.js.org/getting-started/rest-api
 */
export async function signInWithPassword(input: { email: string; password: string }): Promise<SignInOutcome> {
  try {
    const csrf = await fetch('/api/auth/csrf', { cache: 'no-store' });
    const { csrfToken } = csrfAnswer.parse(await csrf.json());
    const answer = await fetch('/api/auth/callback/credentials', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...input, csrfToken, json: 'true' }),
    });
    if (answer.status >= 500) return { kind: 'unexpected' };
    return outcomeOf(callbackAnswer.parse(await answer.json()).url);
  } catch (error) {
    return { kind: error instanceof TypeError ? 'unreachable' : 'unexpected' };
  }
}
