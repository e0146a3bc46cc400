import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Failure = { readonly kind: 'failed'; readonly why: string };

/** A module of this folder in a process of its own, which ends with this one. */
export class Child<Request extends object, Message extends { readonly kind: string }> {
  readonly #process: ChildProcess;

  constructor(file: string) {
    // The loader and the conditions of this process come along in its execArgv.
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  send(request: Request): void {
    this.#process.send(request);
  }

  /** The next message of this kind. Throws what the child failed with, and when it ends. */
  next<Kind extends Message['kind']>(kind: Kind): Promise<Extract<Message, { readonly kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: Message | Failure) => {
        if (message.kind !== kind && message.kind !== 'failed') return;
        this.#process.off('message', onMessage);
        this.#process.off('exit', onExit);
        if (message.kind === kind) resolve(message as Extract<Message, { readonly kind: Kind }>);
        else reject(new Error((message as Failure).why));
      };
      const onExit = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
      this.#process.on('message', onMessage);
      this.#process.once('exit', onExit);
    });
  }

  end(): void {
    this.#process.kill();
  }
}
