import type { z } from 'zod';

import { AppError } from '@/server/errors/app-error';
import { defineJobKind, type JobKind, type Step, type StepContext } from '@/server/jobs/job-kind';
import { noteFailedRenewal, noteRenewal } from '@/server/operations/authorities/note-renewal';
import type { LoadedMachine } from '@/server/operations/machines/load-machine';
import { type EngineKeyPair, ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';
import { findFormerEngineKeyPair } from '@/server/operations/pki/former-engine-certificate';
import type { ProvisionContext } from '@/server/provision/context';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import { listContainers, type RunningContainer } from '@/server/provision/engine/list-containers';
import { servedFingerprint } from '@/server/provision/engine/served-certificate';
import { type GateTls, replaceGateCertificate } from '@/server/provision/gate/gate-tls';
import { replaceEngineCertificate } from '@/server/provision/steps/replace-engine-certificate';
import { verifyEngine } from '@/server/provision/steps/verify-engine';

import { judgeContainers } from './judge-containers';
import { machinePayload } from './machine-payloads';
import { machineOf, provisionContextOf } from './machine-steps';
import { connect, engineEndpointOf } from './provision-steps';

type Payload = z.output<typeof machinePayload>;

interface Checkpoint {
  /** What ran before anything was touched: the proof that it went on. */
  containersBefore: readonly RunningContainer[];
}

type RenewStep = Step<Payload, Checkpoint>;
export type RenewContext = StepContext<Payload, Checkpoint>;

const keyPairOf = async (ctx: RenewContext, machine: LoadedMachine): Promise<EngineKeyPair> => {
  const pair = await ensureEngineCertificate(ctx.runtime, machine);
  ctx.mask(pair.privateKeyPem);
  return pair;
};

interface Replacement {
  readonly next: GateTls;
  readonly former: GateTls | null;
  readonly endpoint: EngineEndpoint;
}

/** No connection is disturbed, so that a certificate which does not work is put back as quietly. */
const replaceAtGate = async (ctx: ProvisionContext, { next, former, endpoint }: Replacement): Promise<void> => {
  await replaceGateCertificate(ctx, next);
  try {
    await verifyEngine(ctx, endpoint);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (former) {
      ctx.log.info('The gate gets its former certificate back.');
      await replaceGateCertificate(ctx, former);
    }
    throw error;
  }
};

export const renew: RenewStep = {
  name: 'renew-certificate',
  timeoutMs: 6 * 60_000,
  interruptible: false,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const { id: machineId, teamId } = machine.row;
    const pair = await keyPairOf(ctx, machine);
    const provision = await provisionContextOf(ctx, machine);
    if (!ctx.state.containersBefore) await ctx.checkpoint({ containersBefore: await listContainers(provision) });
    const next = { certificate: pair.certificatePem, key: pair.privateKeyPem };
    const former = await findFormerEngineKeyPair(ctx.runtime, { machineId, teamId, than: pair.certificateId });
    const replacement = { next, former, endpoint: await engineEndpointOf(ctx, machine) };
    if (machine.row.enforcement === 'gate') return replaceAtGate(provision, replacement);
    const { restarted } = await replaceEngineCertificate(provision, replacement);
    ctx.log.info(restarted ? 'The engine runs with its new certificate.' : 'The engine had this certificate already.');
  },
};

export const verifyRenewed: RenewStep = {
  name: 'verify-engine',
  timeoutMs: 2 * 60_000,
  run: async (ctx) => {
    const { job, runtime } = ctx;
    const machine = await machineOf(ctx);
    const pair = await keyPairOf(ctx, machine);
    const endpoint = await engineEndpointOf(ctx, machine);
    const provision = await provisionContextOf(ctx, machine);
    await verifyEngine(provision, endpoint);
    if ((await servedFingerprint(endpoint, ctx.signal)) !== pair.fingerprint) {
      throw new AppError({
        code: 'provision.engine-verify-failed',
        public: `${endpoint.address}:${endpoint.port} still shows another certificate than its new one.`,
      });
    }
    const before = ctx.state.containersBefore ?? [];
    const after = await listContainers(provision);
    judgeContainers(ctx.log, before, after);
    await noteRenewal(runtime, {
      machine: machine.row,
      jobId: job.id,
      actor: { userId: job.createdBy.id ?? undefined, name: job.createdBy.name, teamId: job.teamId },
      certificate: { id: pair.certificateId, fingerprint: pair.fingerprint, authorityId: pair.authorityId },
      before,
      after,
    });
  },
};

/**
 * Gives a machine's engine the certificate that it should have now: a new one where the old is worn, its names have changed,
 * or its CA is rotated. A gate takes it over without disturbing a connection; an engine that serves its port itself restarts
 * with live-restore. The former certificate stays in place where the new one does not work.
 */
export const machineRenewCertificate: JobKind = defineJobKind<Payload, Checkpoint>({
  id: 'machine.renew-certificate',
  payload: machinePayload,
  steps: () => [connect, renew, verifyRenewed],
  onEnded: ({ runtime, job }) => noteFailedRenewal(runtime, job),
});
