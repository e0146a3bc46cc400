import 'server-only';
import { Prisma, type PrismaClient } from './generated/client';

// Models without a team of their own; all others carry teamId and are scoped.
const unscoped = new Set([
  'Setting',
  'DataKey',
  'Team',
  'User',
  'UserPassword',
  'Session',
  'RateLimiterFlexible',
  'JobStep',
  'JobLog',
]);

const teamModels = new Set(Object.values(Prisma.ModelName).filter((name) => !unscoped.has(name)));

interface AnyArgs {
  where?: Record<string, unknown>;
  data?: unknown;
  create?: Record<string, unknown>;
}

const withTeam = (data: unknown, teamId: string): unknown =>
  Array.isArray(data) ? data.map((row: object) => ({ ...row, teamId })) : { ...(data as object), teamId };

const creates = new Set(['create', 'createMany', 'createManyAndReturn', 'upsert']);

/**
 * The door to one team's rows: every read, change and removal through it is narrowed to the team, and every new row gets
 * the team's id, whatever the caller wrote. Another team's row is therefore not found.
 */
export function teamScope(prisma: PrismaClient, teamId: string) {
  return prisma.$extends({
    query: {
      $allModels: {
        $allOperations({ model, operation, args, query }) {
          if (!teamModels.has(model)) return query(args);
          const scoped: AnyArgs = { ...(args as AnyArgs) };
          if (operation === 'create' || operation === 'createMany' || operation === 'createManyAndReturn') {
            scoped.data = withTeam(scoped.data, teamId);
          } else {
            scoped.where = { ...scoped.where, teamId };
          }
          if (creates.has(operation) && scoped.create) scoped.create = { ...scoped.create, teamId };
          return query(scoped as typeof args);
        },
      },
    },
  });
}

export type TeamDb = ReturnType<typeof teamScope>;
