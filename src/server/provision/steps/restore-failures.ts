import { AppError, toAppError } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';

/** Goes on after a failure, so that one damaged thing does not keep the rest from being put back; ends where the caller does. */
export class Failures {
  readonly #ctx: ProvisionContext;
  readonly #errors: AppError[] = [];

  constructor(ctx: ProvisionContext) {
    this.#ctx = ctx;
  }

  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.#ctx.signal.throwIfAborted();
    try {
      return await work();
    } catch (thrown) {
      this.#ctx.signal.throwIfAborted();
      const error = toAppError(thrown);
      // Nothing else can work without the host.
      if (error.code.startsWith('ssh.')) throw error;
      this.#ctx.log.info(`${what} failed: ${error.public}`);
      this.#errors.push(error);
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.#errors.length === 0) return;
    throw new AppError({
      code: 'provision.restore-failed',
      public: `The host is not quite as it was: ${this.#errors.map((error) => error.public).join(' ')}`,
      output: this.#errors
        .map((error) => error.output ?? '')
        .join('\n')
        .slice(-8192),
      cause: new AggregateError(this.#errors),
    });
  }
}
