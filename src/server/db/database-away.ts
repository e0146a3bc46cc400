/** What node and PostgreSQL call a connection that is gone, or a server that starts, stops or is full. */
const codes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, operator intervention, too many connections.
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // https://www.prisma.io/docs/orm/reference/error-reference
  'P1001',
  'P1002',
  'P1008',
  'P1017',
]);

// pg says these without a code; the adapter of Prisma names its kinds.
const sentences =
  /connection terminated|connection ended|client has encountered a connection error|timeout exceeded when trying to connect|server has closed the connection|can't reach database|is not queryable/i;
const kinds: ReadonlySet<string> = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout']);

const depthMax = 6;

interface AnyError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
}

const has = (set: ReadonlySet<string>, value: unknown): boolean => typeof value === 'string' && set.has(value);

const saysAway = (thrown: unknown, depth: number): boolean => {
  if (typeof thrown !== 'object' || thrown === null || depth > depthMax) return false;
  const error: AnyError = thrown;
  return (
    has(codes, error.code) ||
    has(codes, error.originalCode) ||
    has(kinds, error.kind) ||
    (typeof error.message === 'string' && sentences.test(error.message)) ||
    saysAway(error.cause, depth + 1) ||
    saysAway(error.meta?.driverAdapterError, depth + 1)
  );
};

// Thrown bare by pg when a connection ends under a query.
const bareSentences = /^(connection terminated|client has encountered a connection error|connection ended)/i;

const isOfDatabase = ({ name, message }: AnyError): boolean =>
  (typeof name === 'string' && /^(Prisma|DriverAdapter|error$)/.test(name)) ||
  (typeof message === 'string' && bareSentences.test(message));

/**
 * Whether an error of a database client (Prisma's, pg's) says that the database cannot be reached at the moment, so that
 * the same call may succeed later. It may have been done all the same: only what may be done twice is to be tried again.
 * Errors of anything else, a host that refuses a connection for one, are not meant.
 */
export function isDatabaseAway(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && isOfDatabase(thrown) && saysAway(thrown, 0);
}
