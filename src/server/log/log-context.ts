import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line of one request or of one job says about itself. Ids only: no name, no email address. */
export interface LogContext {
  requestId?: string;
  userId?: string;
  team?: string;
  jobId?: string;
  kind?: string;
}

// Next bundles the start hook and each route on their own, so a module variable would exist several times in one process.
const holder = globalThis as { quaymasterLogContext?: AsyncLocalStorage<LogContext> };

const storage = (): AsyncLocalStorage<LogContext> => (holder.quaymasterLogContext ??= new AsyncLocalStorage());

/** What the lines that are written now belong to; empty outside of requests and jobs. */
export const logContext = (): Readonly<LogContext> => storage().getStore() ?? {};

/** Runs `work`; each line that it writes, however deep, carries `context` beside what it had before. */
export const withLogContext = <T>(context: LogContext, work: () => T): T =>
  storage().run({ ...logContext(), ...context }, work);

/** Gives whatever follows in this chain of calls a context of its own: for the moment in which a request arrives. */
export const enterLogContext = (context: LogContext): void => storage().enterWith({ ...context });

/** Adds to the context that the caller is in, for everything that follows in the same request. */
export function addToLogContext(context: LogContext): void {
  const store = storage().getStore();
  if (store) Object.assign(store, context);
}
