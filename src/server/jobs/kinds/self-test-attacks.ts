import type { SelfTestResult } from '@/lib/self-test';
import { teamScope } from '@/server/db/team-scope';
import { invariant } from '@/server/errors/app-error';
import type { AdmissionContext } from '@/server/operations/admission/change-admission';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { reachedBy, routeTo } from '@/server/operations/machines/route-to';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';
import { admitCanary, revokeCanaries, type TestedMachine } from '@/server/operations/self-tests/canary';
import { changeTrust } from '@/server/provision/steps/change-trust';
import { attack, type Attackers } from '@/server/self-test/attack';
import { canarySubject, issueForTest, makeCaForTest } from '@/server/self-test/canary';
import { gainFoothold } from '@/server/self-test/foothold';
import type { ClientPair, Target } from '@/server/self-test/tls-call';

import { type MachineStepContext, provisionContextOf } from './machine-steps';
import { engineEndpointOf } from './provision-steps';

/** Changes of the test are made for who started it. */
export const admissionContextOf = ({
  runtime,
  job,
}: Pick<MachineStepContext, 'runtime' | 'job'>): AdmissionContext => ({
  runtime,
  db: teamScope(runtime.database.prisma, job.teamId),
  actor: { userId: job.createdBy.id ?? undefined, name: job.createdBy.name, teamId: job.teamId },
});

interface Scene {
  readonly target: Target;
  readonly canary: ClientPair;
  readonly others: Omit<Attackers, 'canary'>;
  /** Takes the canary's access, and resolves when the host has confirmed. */
  revoke(): Promise<void>;
}

const play = async (ctx: MachineStepContext, { target, canary, others, revoke }: Scene): Promise<SelfTestResult[]> => {
  const { clock } = ctx;
  const foothold = await gainFoothold(target, canary, clock);
  try {
    ctx.log.info(`Before: ${foothold.admitted.detail}`);
    const revokedAt = clock.now();
    await revoke();
    ctx.log.info(`The host confirmed the revocation after ${clock.now().getTime() - revokedAt.getTime()} ms.`);
    return await attack({ target, attackers: { ...others, canary }, foothold, revokedAt, clock });
  } finally {
    foothold.close();
  }
};

const targetOf = async (ctx: MachineStepContext, { row, target }: LoadedMachine) => {
  invariant(target.address, `machine ${row.id} has no address`);
  const { ca, cert, key } = await consoleCredentials(ctx.runtime, row.teamId);
  return {
    target: {
      ...reachedBy(routeTo(ctx.runtime, row.teamId, target), { address: target.address, port: target.enginePort }),
      engineCaPem: ca,
    },
    bystander: { cert, key },
  };
};

const pairOf = (issued: { certificatePem: string; privateKeyPem: string }): ClientPair => ({
  cert: issued.certificatePem,
  key: issued.privateKeyPem,
});

export const testedMachineOf = ({ row }: LoadedMachine): TestedMachine => row;

/** A client certificate that looks like the canary in every name, of a CA that the host does not know. */
const makeForeign = async (
  ctx: MachineStepContext,
  { row }: LoadedMachine,
  commonName: string,
): Promise<ClientPair> => {
  const now = ctx.clock.now();
  const ca = await makeCaForTest({ commonName, organization: row.team.name }, now);
  return pairOf(await issueForTest(ca, canarySubject({ team: row.team, machineId: row.id }), now));
};

/** The canary is a certificate like any other, and is revoked like any other. Nobody else notices. */
export async function attackGate(ctx: MachineStepContext, machine: LoadedMachine): Promise<SelfTestResult[]> {
  const admission = admissionContextOf(ctx);
  const tested = testedMachineOf(machine);
  const { target, bystander } = await targetOf(ctx, machine);
  const foreign = await makeForeign(ctx, machine, 'Console CA');
  const canary = await admitCanary(admission, tested);
  const scene: Scene = {
    target,
    canary,
    others: { foreign, bystander },
    revoke: async () => {
      await revokeCanaries(admission, tested);
      await ctx.runtime.admissions.pushNow(tested.id);
    },
  };
  return proveWay(ctx, machine, () => play(ctx, scene));
}

/**
 * Where the machine is reached through its hypervisor host, a connection that ended proves nothing if that way was lost meanwhile.
 */
const proveWay = async (
  ctx: MachineStepContext,
  { row, target: { via } }: LoadedMachine,
  run: () => Promise<SelfTestResult[]>,
): Promise<SelfTestResult[]> => {
  if (via === undefined) return run();
  const open = () => ctx.runtime.hypervisors.open({ teamId: row.teamId, id: via }, ctx.signal);
  const before = await open();
  const results = await run();
  // Allowed to fail: that it is away is what has to be known.
  const after = await open().catch(() => null);
  if (after === before) return results;
  ctx.log.info(`The connection to the hypervisor host ${before.name} was lost during the test.`);
  return results.map((result) =>
    result.outcome === 'refused' || result.outcome === 'cut'
      ? {
          ...result,
          outcome: 'unknown',
          detail: `${result.detail} The way through ${before.name} was lost meanwhile, so this proves nothing.`,
        }
      : result,
  );
};

/**
 * An engine knows CAs only, so the canary has one of its own: it is trusted, and then not any more, which restarts the engine
 * twice. The CA's key is in memory alone; what an interrupted run leaves in the trust file lets nobody in, and the next one
 * takes it out.
 */
export async function attackEngine(ctx: MachineStepContext, machine: LoadedMachine): Promise<SelfTestResult[]> {
  const { row } = machine;
  const commonName = 'Self-test CA';
  const now = ctx.clock.now();
  const { target, bystander } = await targetOf(ctx, machine);
  const foreign = await makeForeign(ctx, machine, commonName);
  const ca = await makeCaForTest({ commonName, organization: row.team.name }, now);
  const canary = pairOf(await issueForTest(ca, canarySubject({ team: row.team, machineId: row.id }), now));
  const provision = await provisionContextOf(ctx, machine);
  const endpoint = await engineEndpointOf(ctx, machine);
  const trustWith = async (more: string) => {
    const { trustPem } = await trustOfMachine(ctx.runtime, { machineId: row.id, teamId: row.teamId });
    await changeTrust(provision, { trust: trustPem + more, endpoint });
  };
  try {
    await trustWith(ca.certificatePem);
    const scene: Scene = { target, canary, others: { foreign, bystander }, revoke: () => trustWith('') };
    return await proveWay(ctx, machine, () => play(ctx, scene));
  } finally {
    // Nothing happens here where the revocation was made already.
    await trustWith('');
  }
}
