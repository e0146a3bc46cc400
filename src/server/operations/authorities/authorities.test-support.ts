import { randomUUID } from 'node:crypto';

import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import type { AuditActor } from '@/server/audit/actor';
import { loadMachine } from '@/server/operations/machines/load-machine';
import { ensureEngineCertificate } from '@/server/operations/pki/engine-certificate';

import type { TestConsole, TestMember } from '../../../../test/support/test-console';
import { noteFailedRenewal, noteRenewal } from './note-renewal';

const container = { id: 'c'.repeat(64), name: 'web', pid: 4711 };

/** Machines and members of one team, and what a real host would do for them. */
export const rotationStage = (console_: TestConsole, owner: TestMember) => {
  const { runtime } = console_;
  const { prisma } = runtime.database;
  const teamId = owner.team.id;

  const machineId = async (name: string): Promise<string> =>
    (await prisma.machine.findUniqueOrThrow({ where: { teamId_name: { teamId, name } }, select: { id: true } })).id;
  const load = async (name: string) => loadMachine(runtime, { id: await machineId(name), teamId });

  return {
    /** A running machine whose engine has a certificate. */
    machine: async (name: string, enforcement: 'gate' | 'engine' = 'gate') => {
      const { id } = await prisma.machine.create({
        data: {
          teamId,
          name,
          enforcement,
          driver: 'generic',
          options: { address: '192.0.2.1', sshUser: 'root', sshKeyId: randomUUID() },
          engineSettings: {},
          address: '192.0.2.1',
          state: 'running',
        },
        select: { id: true },
      });
      await ensureEngineCertificate(runtime, await load(name));
      return id;
    },
    admit: async (name: string, member: TestMember) =>
      prisma.admission.create({
        data: { teamId, machineId: await machineId(name), membershipId: member.actor.membershipId },
      }),
    /** What the machine's engine would be given now. */
    certificateOf: async (name: string) => ensureEngineCertificate(runtime, await load(name)),
    /** Does what the queued jobs of the machine do on a host that works, or on one that does not. */
    runJobs: async (name: string, { works = true } = {}) => {
      const machine = await load(name);
      const jobs = await prisma.job.findMany({
        where: { teamId, machineId: machine.row.id, state: 'queued' },
        orderBy: { id: 'asc' },
      });
      for (const job of jobs) {
        const actor: AuditActor = { userId: job.createdById ?? undefined, name: job.createdByName, teamId };
        await prisma.job.update({ where: { id: job.id }, data: { state: works ? 'succeeded' : 'failed' } });
        if (!works) {
          await noteFailedRenewal(runtime, { ...job, id: job.id });
          continue;
        }
        const pair = await ensureEngineCertificate(runtime, machine);
        await noteRenewal(runtime, {
          machine: machine.row,
          jobId: job.id,
          actor,
          certificate: { id: pair.certificateId, fingerprint: pair.fingerprint, authorityId: pair.authorityId },
          before: [container],
          after: [container],
        });
      }
      return jobs.length;
    },
    /** A certificate of the member on a device; they get the team's ca.pem of now with it. */
    issue: async (member: TestMember, deviceName = 'laptop') => {
      const { csrPem } = await createKeyAndRequest({ commonName: 'x', bits: 2048 });
      return member.call.certificates.issue({ team: member.team.slug, deviceName, csrPem, origin: 'browser' });
    },
  };
};
