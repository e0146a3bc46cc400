// Machines from a shelf of spare computers: a small service knows them, lends them, and switches them on and off.
import type { DriverContext, UnwantedThing } from '../../src/server/drivers/driver';
import type { DriverModule } from '../../src/server/drivers/kit';

/** A computer as the service tells of it. */
interface Computer {
  readonly name: string;
  readonly address: string;
  readonly isOn: boolean;
  /** Whom it is lent to: "<team id>/<machine id>"; null while it stands on the shelf. */
  readonly borrower: string | null;
}

interface Settings {
  readonly url: string;
  readonly token: string;
}

type Asker = Pick<DriverContext, 'signal'>;

type Ask = (address: URL, init: RequestInit) => Promise<Response>;

/** `ask` is how the service is called; the test crashes there. */
export const shelf = (ask: Ask = fetch): DriverModule => ({
  id: 'shelf',
  contract: 1,
  make: ({ z, AppError, defineDriver, waitFor }) => {
    const options = z.strictObject({
      url: z
        .url()
        .meta({ title: 'Shelf', description: 'Address of the service.', placeholder: 'https://shelf.example' }),
      token: z.string().min(1).meta({ title: 'Token', secret: true }),
      sshKeyId: z.uuid().meta({ title: 'SSH key', description: 'The computers know it.', widget: 'ssh-key' }),
    });
    const state = z.strictObject({ computer: z.string().optional(), address: z.string().optional() });

    const call = async ({ signal }: Asker, { url, token }: Settings, [method, path]: readonly [string, string]) => {
      signal.throwIfAborted();
      const headers = { authorization: `Bearer ${token}` };
      const answer = await ask(new URL(path, url), { method, headers, signal }).catch((cause: unknown) => {
        // fetch throws a TypeError where nobody answers; an abort, and what a test throws, stay what they are.
        if (!(cause instanceof TypeError)) throw cause;
        throw new AppError({ code: 'driver.unreachable', public: `The shelf at ${url} does not answer.`, cause });
      });
      if (answer.ok) return (await answer.json()) as readonly Computer[];
      const what = answer.status === 401 ? 'refuses the token' : `answers with status ${answer.status}`;
      throw new AppError({ code: 'driver.failed', public: `The shelf at ${url} ${what}.` });
    };

    const borrowerOf = ({ team, machine }: DriverContext) => `${team.id}/${machine.id}`;
    const lentTo = async (ctx: DriverContext, settings: Settings) =>
      (await call(ctx, settings, ['GET', '/computers'])).find(({ borrower }) => borrower === borrowerOf(ctx));
    const giveBack = (ctx: Asker, settings: Settings, borrower: string) =>
      call(ctx, settings, ['DELETE', `/loans/${encodeURIComponent(borrower)}`]);

    const turn = async (ctx: DriverContext, settings: Settings, isOn: boolean) => {
      const computer = await lentTo(ctx, settings);
      if (!computer) throw new AppError({ code: 'driver.failed', public: 'The shelf has taken this computer back.' });
      await call(ctx, settings, ['POST', `/computers/${computer.name}/${isOn ? 'on' : 'off'}`]);
      await waitFor({
        clock: ctx.clock,
        signal: ctx.signal,
        everyMs: 1000,
        timeoutMs: 60_000,
        timeout: { code: 'driver.failed', what: isOn ? 'The start' : 'The stop' },
        poll: async () => {
          const now = await lentTo(ctx, settings);
          return now?.isOn === isOn
            ? { done: true, value: undefined }
            : { done: false, observed: `it is ${isOn ? 'off' : 'on'}` };
        },
      });
    };

    return defineDriver({
      label: 'Shelf',
      description: 'Borrows a spare computer and makes it a Docker host.',
      needs: 'The address of a shelf, and a token of it.',
      icon: 'server',
      availability: 'production',
      provisioning: 'ssh',
      docs: {
        permissions: ['The token may list computers, lend them, and switch them on and off.'],
        costs: ['A computer that is lent is not there for others.'],
        removal: ['The computer goes back to the shelf, switched off.'],
        testing: ['The shared contract suite, against a shelf in the test.'],
      },
      options,
      state,
      unsupported: {
        restart: 'The shelf can only switch computers off and on.',
        kill: 'Stop cuts the power already.',
        pause: 'A computer cannot stand still.',
        save: 'A computer cannot write its memory to disk by itself.',
      },

      target: ({ sshKeyId }, { address = null }) => ({
        address,
        enginePort: 2376,
        ssh: address === null ? null : { host: address, port: 22, user: 'root', keyId: sshKeyId },
      }),

      precheck: async (ctx, settings) => {
        const computers = await call(ctx, settings, ['GET', '/computers']);
        if (computers.some(({ borrower }) => borrower === null || borrower === borrowerOf(ctx))) return;
        throw new AppError({ code: 'driver.failed', public: 'Every computer of the shelf is lent.' });
      },

      create: async (ctx, settings) => {
        ctx.signal.throwIfAborted();
        // First the intent, then the call, then what it gave: a crash at any moment leaves something to find it by.
        const entry = await ctx.ledger.intend({ kind: 'loan', name: borrowerOf(ctx) });
        const path = `/loans/${encodeURIComponent(borrowerOf(ctx))}`;
        const [lent] = await call(ctx, settings, ['PUT', path]);
        if (!lent) throw new AppError({ code: 'driver.failed', public: 'Every computer of the shelf is lent.' });
        await ctx.ledger.created(entry.id, lent.name);
        await ctx.checkpoint({ computer: lent.name, address: lent.address });
        ctx.log.info(`Borrowed ${lent.name} at ${lent.address}.`);
        if (!lent.isOn) await turn(ctx, settings, true);
      },

      observe: async (ctx, settings, known) => {
        const computer = await lentTo(ctx, settings);
        if (!computer) return { state: 'absent', address: null, ssh: null };
        const { address, isOn } = computer;
        return {
          state: isOn ? 'running' : 'stopped',
          address,
          ssh: { host: address, port: 22, user: 'root' },
          ...(address !== known.address && { learnt: { address } }),
        };
      },

      start: (ctx, settings) => turn(ctx, settings, true),
      stop: (ctx, settings) => turn(ctx, settings, false),

      remove: async (ctx, settings) => {
        await giveBack(ctx, settings, borrowerOf(ctx));
        for (const entry of await ctx.ledger.list()) await ctx.ledger.gone(entry.id);
      },

      account: {
        key: ({ url }) => url,
        inventory: async (ctx, settings, machineId) => {
          const computers = await call(ctx, settings, ['GET', '/computers']);
          return computers.flatMap(({ name, borrower }) => {
            const [teamId, owner = null] = borrower?.split('/') ?? [];
            const isMeant = teamId === ctx.team.id && (machineId === null || owner === machineId);
            return borrower && isMeant ? [{ kind: 'loan', name: borrower, providerId: name, machineId: owner }] : [];
          });
        },
        discard: async (ctx, settings, { name }: UnwantedThing) => {
          await giveBack(ctx, settings, name);
        },
      },
    });
  },
});

// oxlint-disable-next-line import/no-default-export -- it is what the console loads
export default shelf();
