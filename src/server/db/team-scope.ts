import 'server-only';
import { Prisma, type PrismaClient } from './generated/client';

/** A client that sees one team only. Its transactions are narrowed in the same way. */
export type TeamDb = PrismaClient;

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
  'JobLogChunk',
  'Replica',
  'SystemSample',
]);

const teamModels = new Set(Object.values(Prisma.ModelName).filter((name) => !unscoped.has(name)));

interface AnyArgs {
  where?: Record<string, unknown>;
  data?: unknown;
  create?: Record<string, unknown>;
}

const withTeam = (data: unknown, teamId: string): unknown =>
  Array.isArray(data) ? data.map((row: object) => ({ ...row, teamId })) : { ...(data as object), teamId };

const creates = new Set(['create', 'createMany', 'createManyAndReturn']);

/**
 * The door to one team's rows: every read, change and removal through it is narrowed to the team, and every new row gets
 * the team's id, whatever the caller wrote. Another team's row is therefore not found.
 */
export function teamScope(prisma: PrismaClient, teamId: string): TeamDb {
  const scoped = prisma.$extends({
    query: {
      $allModels: {
        $allOperations({ model, operation, args, query }) {
          if (!teamModels.has(model)) return query(args);
          const narrowed: AnyArgs = { ...(args as AnyArgs) };
          if (creates.has(operation)) {
            narrowed.data = withTeam(narrowed.data, teamId);
          } else {
            narrowed.where = { ...narrowed.where, teamId };
          }
          if (narrowed.create) narrowed.create = { ...narrowed.create, teamId };
          return query(narrowed as typeof args);
        },
      },
    },
  });
  // The extension narrows queries and changes no type.
  return scoped as unknown as TeamDb;
}
