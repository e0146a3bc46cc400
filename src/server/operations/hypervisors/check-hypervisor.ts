import 'server-only';
import type { CheckEvent } from '@/lib/host-check';
import { type HypervisorFacts, noHypervisorFacts } from '@/lib/hypervisor-host';
import { localRunner } from '@/server/hypervisors/local-runner';
import { HostInView, networkProbes } from '@/server/operations/checks/network-probes';
import { runProbes } from '@/server/operations/checks/run-probes';
import { openSshTarget } from '@/server/operations/ssh-keys/open-ssh-target';
import type { TeamContext } from '@/server/operations/team-context';
import type { PinnedHostKey } from '@/server/ssh/host-key';

import { hypervisorNotFound } from './hypervisor-access';
import { assertMayUseOwnMachine, type SshWay } from './hypervisor-input';
import { forwardingProbe, hypervisorProbes } from './hypervisor-probes';
import { hypervisorSelect, keptHostKeys, readFacts } from './hypervisor-row';

/** One that is registered, as it is or with another way to it, or one that is not registered yet. */
export type CheckHypervisorInput =
  | { readonly kind: 'registered'; readonly id: string }
  | { readonly kind: 'local' }
  | ({
      readonly kind: 'ssh';
      /** Registered already: its password is used where none is given, and its host key is the only one accepted. */
      readonly id?: string | undefined;
      readonly sudoPassword?: string | null | undefined;
    } & SshWay);

interface Checked {
  readonly host: HostInView | null;
  readonly facts: HypervisorFacts;
  /** Where what is found is stored; null while the host is not registered. */
  readonly storedAt: string | null;
}

const timeoutMs = 120_000;

const findRow = async ({ db }: TeamContext, id: string) => {
  const row = await db.hypervisorHost.findFirst({ where: { id }, select: hypervisorSelect });
  if (!row) throw hypervisorNotFound();
  return row;
};

interface Way extends SshWay {
  readonly sudoPassword: string | undefined;
  readonly pinned: readonly PinnedHostKey[];
}

const look = async ({ runtime, actor }: TeamContext, way: Way): Promise<HostInView> => {
  const { address: host, port, user, sshKeyId: keyId, sudoPassword, pinned } = way;
  const access = { host, port, user, keyId, ...(sudoPassword !== undefined && { sudoPassword }) };
  return new HostInView(access, pinned, await openSshTarget(runtime, actor.teamId, access));
};

async function findChecked(ctx: TeamContext, input: CheckHypervisorInput): Promise<Checked> {
  const { runtime, actor } = ctx;
  if (input.kind === 'local') {
    await assertMayUseOwnMachine(ctx);
    return { host: null, facts: noHypervisorFacts, storedAt: null };
  }
  const row = input.id === undefined ? null : await findRow(ctx, input.id);
  const facts = readFacts(row?.facts) ?? noHypervisorFacts;
  if (input.kind === 'registered' && row?.kind === 'local') return { host: null, facts, storedAt: row.id };
  const stored = row?.sudoSecretId
    ? await runtime.secrets.open(runtime.database.prisma, {
        id: row.sudoSecretId,
        teamId: actor.teamId,
        purpose: 'sudo-password',
      })
    : undefined;
  const pinned = row ? keptHostKeys.parse(row.hostKeys) : [];
  if (input.kind === 'ssh') {
    const { sudoPassword = stored ?? null, ...way } = input;
    const host = await look(ctx, { ...way, sudoPassword: sudoPassword ?? undefined, pinned });
    return { host, facts: noHypervisorFacts, storedAt: null };
  }
  const { address, sshPort: port, sshUser: user, sshKeyId } = row ?? {};
  if (!row || !address || port === undefined || !user || !sshKeyId) throw hypervisorNotFound();
  const host = await look(ctx, { address, port, user, sshKeyId, sudoPassword: stored, pinned });
  return { host, facts, storedAt: row.id };
}

/**
 * Looks at a hypervisor host probe by probe, from its name to the hypervisors that it has, and keeps what is found of one that
 * is registered. Changes nothing there. Before the first event it throws hypervisor.not-found, ssh.key-not-found,
 * auth.forbidden; afterwards what goes wrong is a probe that failed.
 */
export async function checkHypervisor(
  ctx: TeamContext,
  input: CheckHypervisorInput,
  signal: AbortSignal,
): Promise<AsyncGenerator<CheckEvent>> {
  const { runtime, db } = ctx;
  const checked = await findChecked(ctx, input);
  const { host, storedAt } = checked;
  let facts: HypervisorFacts = { ...checked.facts, failure: null };
  const view = {
    runner: () => host?.connection ?? localRunner,
    learn: (learnt: Partial<HypervisorFacts>) => {
      facts = { ...facts, ...learnt };
    },
    learnt: () => facts,
  };
  const probes = [
    ...(host ? networkProbes(host) : []),
    ...hypervisorProbes(view, host ? ['authentication'] : []),
    ...(host ? [forwardingProbe(() => (endpoint, limits) => host.connection.dial(endpoint, limits))] : []),
  ];
  return tell();

  async function* tell(): AsyncGenerator<CheckEvent> {
    try {
      yield { type: 'planned', probes: probes.map((probe) => probe.id) };
      for await (const event of runProbes(probes, { signal, timeoutMs, log: runtime.log })) {
        if (event.type === 'ended' && event.result.status === 'failed' && facts.failure === null) {
          view.learn({ failure: event.result.message });
        }
        if (event.type === 'finished' && storedAt !== null) {
          const data = { facts, checkedAt: runtime.clock.now() };
          await db.hypervisorHost.updateMany({ where: { id: storedAt }, data });
        }
        yield event;
      }
    } finally {
      await host?.close();
    }
  }
}
