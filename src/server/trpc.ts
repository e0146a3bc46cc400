import 'server-only';
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { z, ZodError } from 'zod';

import { teamSlugSchema } from '@/lib/team-name';
import { type Action, assertMay } from '@/server/policies/may';

import type { Actor } from './audit/actor';
import type { SignedIn } from './auth/signed-in';
import { teamScope } from './db/team-scope';
import { AppError, toAppError } from './errors/app-error';
import { errorCatalogue } from './errors/catalogue';
import { fieldErrorsOf } from './errors/field-errors';
import { addToLogContext, withLogContext } from './log/log-context';
import { type CallEnd, observeCall } from './log/observe-call';
import type { TeamContext } from './operations/team-context';
import type { Runtime } from './runtime';

/** What a request brings along, made by the route handler and by the server caller. */
export interface RequestScope {
  readonly runtime: Runtime;
  readonly signedIn: SignedIn | null;
  readonly address: string | undefined;
  readonly requestId: string;
}

/** The error as every client gets it, under `error.data`. */
export interface ClientErrorData {
  readonly code: string;
  readonly title: string;
  readonly public: string;
  readonly requestId: string | undefined;
  readonly fieldErrors: Readonly<Record<string, string>> | undefined;
}

const inputError = (error: ZodError): AppError =>
  new AppError({
    code: 'input.invalid',
    public: 'Some fields are not right. Each one says what it needs.',
    fieldErrors: fieldErrorsOf(error),
    cause: error,
  });

// What tRPC refuses by itself: a call that is not there, or one that it cannot read. Pages of a former version make such calls.
const unreadable = new AppError({
  code: 'input.unreadable',
  public:
    'The console does not understand what this page asks for. It may have been updated since the page was loaded: load it again.',
});

const errorOf = ({ code, cause }: TRPCError): AppError => {
  if (cause instanceof ZodError) return inputError(cause);
  return cause instanceof AppError || code === 'INTERNAL_SERVER_ERROR' ? toAppError(cause) : unreadable;
};

const t = initTRPC.context<RequestScope>().create({
  transformer: superjson,
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 40_000 } },
  errorFormatter: ({ shape, error, ctx }) => {
    const told = errorOf(error);
    const data: ClientErrorData = {
      code: told.code,
      title: errorCatalogue[told.code].title,
      public: told.public,
      requestId: ctx?.requestId,
      fieldErrors: told.fieldErrors,
    };
    return { ...shape, message: data.public, data: { ...shape.data, ...data } };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

// Every line that is written below belongs to this request, and says so.
const observed = t.procedure.use(({ ctx, next, path, type }) =>
  withLogContext({ requestId: ctx.requestId, ...(ctx.signedIn && { userId: ctx.signedIn.user.id }) }, async () => {
    const ended = observeCall({ log: ctx.runtime.log, path, type });
    const result = await next();
    ended(result.ok ? { kind: 'ok' } : endOf(result.error));
    return result;
  }),
);

const endOf = (error: TRPCError): CallEnd => {
  const { cause } = error;
  if (cause instanceof AppError && cause.code !== 'internal.invariant') {
    return { kind: 'refused', code: cause.code, internal: cause.internal };
  }
  return error.code === 'INTERNAL_SERVER_ERROR' ? { kind: 'unexpected', error } : { kind: 'refused', code: error.code };
};

// Operations throw AppError; tRPC wants its own class, with the status of the catalogue.
const translated = observed.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  const error = cause instanceof ZodError ? inputError(cause) : cause instanceof AppError ? cause : null;
  if (error) throw new TRPCError({ code: errorCatalogue[error.code].trpc, message: error.public, cause: error });
  return result;
});

/** Anyone on the network. */
export const publicProcedure = translated;

/** Anyone who has signed in. Throws auth.sign-in-required. */
export const signedInProcedure = translated.use(({ ctx, next }) => {
  if (!ctx.signedIn) {
    throw asTrpc(new AppError({ code: 'auth.sign-in-required', public: 'Sign in to go on.' }));
  }
  return next({ ctx: { ...ctx, signedIn: ctx.signedIn } });
});

/** Somebody who runs the installation. Throws auth.forbidden for everybody else. */
export const operatorProcedure = signedInProcedure.use(async ({ ctx, next }) => {
  const { prisma } = ctx.runtime.database;
  const operator = await prisma.user.findFirst({
    where: { id: ctx.signedIn.user.id, operator: true },
    select: { id: true },
  });
  if (operator) return next();
  throw asTrpc(
    new AppError({
      code: 'auth.forbidden',
      public: 'This is for the operators of the installation. Ask one of them.',
    }),
  );
});

/** The error as tRPC wants it, with the status of the catalogue: for code that runs before a procedure does. */
export const asTrpc = (error: AppError) =>
  new TRPCError({ code: errorCatalogue[error.code].trpc, message: error.public, cause: error });

const findActor = async (ctx: RequestScope & { signedIn: SignedIn }, slug: string): Promise<Actor> => {
  const membership = await ctx.runtime.database.prisma.membership.findFirst({
    where: { userId: ctx.signedIn.user.id, team: { slug } },
    select: { id: true, role: true, suspendedAt: true, team: { select: { id: true, slug: true, name: true } } },
  });
  if (!membership) {
    throw new AppError({ code: 'team.not-found', public: 'There is no team of that name that you belong to.' });
  }
  if (membership.suspendedAt) {
    throw new AppError({
      code: 'auth.forbidden',
      public: `Your membership of ${membership.team.name} is suspended. Ask an admin of the team.`,
    });
  }
  return {
    userId: ctx.signedIn.user.id,
    name: ctx.signedIn.user.name,
    teamId: membership.team.id,
    teamSlug: membership.team.slug,
    membershipId: membership.id,
    role: membership.role,
    address: ctx.address,
    requestId: ctx.requestId,
  };
};

/** What an operation gets about a member of the team. Throws team.not-found, auth.forbidden. */
const teamContext = async (
  ctx: RequestScope & { signedIn: SignedIn },
  slug: string,
  action: Action,
): Promise<TeamContext> => {
  addToLogContext({ team: slug });
  const actor = await findActor(ctx, slug);
  assertMay(actor, action);
  return { runtime: ctx.runtime, actor, db: teamScope(ctx.runtime.database.prisma, actor.teamId) };
};

/**
 * The same for a route that takes what no procedure can take. Throws auth.sign-in-required, team.not-found, auth.forbidden.
 */
export async function requireTeam(scope: RequestScope, slug: string, action: Action): Promise<TeamContext> {
  const { signedIn } = scope;
  if (!signedIn) throw new AppError({ code: 'auth.sign-in-required', public: 'Sign in to go on.' });
  return teamContext({ ...scope, signedIn }, slug, action);
}

/**
 * A member of the team named in the input (`team`, its slug) whose role allows `action`. The context gets a TeamContext.
 * Throws team.not-found for another team, auth.forbidden for a missing role or a suspended membership.
 */
export const teamProcedure = (action: Action) =>
  signedInProcedure.input(z.object({ team: teamSlugSchema })).use(async ({ ctx, input, next }) => {
    try {
      const team = await teamContext(ctx, input.team, action);
      return await next({ ctx: { ...ctx, team } });
    } catch (error) {
      throw asTrpc(toAppError(error));
    }
  });
