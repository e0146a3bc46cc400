import 'server-only';
import type { AuthOptions } from 'next-auth';
import credentialsProvider from 'next-auth/providers/credentials';
import { after } from 'next/server';
import { z } from 'zod';

import { emailSchema, typedPasswordSchema } from '@/lib/account';
import { paths } from '@/lib/paths';
import { AppError } from '@/server/errors/app-error';
import { signOut } from '@/server/operations/session/end-session';
import { signIn } from '@/server/operations/session/sign-in';
import type { Runtime } from '@/server/runtime';

import { TooManyAttempts } from './attempt-limit';
import { requestOrigin } from './request-origin';
import { sessionTokenSecret } from './session-cookie';
import { sessionLifetime } from './session-lifetime';

const credentialsSchema = z.object({ email: emailSchema, password: typedPasswordSchema });

// next-auth hands the message of a thrown error to the browser, and nothing else of it.
const messageFor = (error: unknown): string => {
  if (error instanceof TooManyAttempts) return `${error.code} ${error.retryAt.toISOString()}`;
  return error instanceof AppError ? error.code : 'internal.invariant';
};

/**
 * next-auth's options for one request. The cookie's token carries the id of a session row (`sid`) and nothing else; the
 * row decides. Made per request, because the secret is only known once the console has started.
 */
export function nextAuthOptions(runtime: Runtime, headers: Headers): AuthOptions {
  const { log } = runtime;
  const origin = requestOrigin(headers);
  const secret = sessionTokenSecret(runtime);
  const lifetimeSeconds = sessionLifetime.totalMs / 1000;
  return {
    secret,
    session: { strategy: 'jwt', maxAge: lifetimeSeconds },
    jwt: { secret, maxAge: lifetimeSeconds },
    // By what the browser uses, not by a setting: the console may be visited by https and, on its own machine, by http.
    useSecureCookies: origin.isHttps,
    pages: { signIn: paths.signIn(), signOut: paths.home(), error: paths.signIn() },
    providers: [
      credentialsProvider({
        credentials: { email: {}, password: {} },
        authorize: async (input) => {
          const credentials = credentialsSchema.safeParse(input);
          if (!credentials.success) return null;
          try {
            const { sessionId } = await signIn(
              {
                runtime,
                address: origin.address,
                requestId: origin.requestId,
                userAgent: headers.get('user-agent') ?? undefined,
                afterResponse: (work) =>
                  after(() => work().catch((err: unknown) => log.error({ err }, 'not recorded'))),
              },
              credentials.data,
            );
            return { id: sessionId };
          } catch (error) {
            if (!(error instanceof AppError)) log.error({ err: error }, 'a sign-in failed unexpectedly');
            throw new Error(messageFor(error), { cause: error });
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user ? user.id : token['sid'] }),
      // The answer of /api/auth/session, which the console does not use, tells nothing.
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        const sessionId = token?.['sid'];
        if (typeof sessionId === 'string') {
          await signOut({ runtime, address: origin.address, requestId: origin.requestId }, sessionId);
        }
      },
    },
    logger: {
      error: (code, detail) => log.error({ code, detail }, 'next-auth met an error'),
      warn: (code) => log.warn({ code }, 'next-auth warns'),
      debug: () => undefined,
    },
  };
}
