import { createKeyAndRequest } from '@/lib/csr/webcrypto-request';
import type { Enforcement } from '@/server/db/generated/client';

import type { TestConsole, TestMember } from '../../../../test/support/test-console';

const requests: Promise<{ csrPem: string }>[] = [];

/** A certificate request. Its key is made once, because who asks is decided by the call, not by the request. */
export async function someRequest(): Promise<string> {
  requests[0] ??= createKeyAndRequest({ commonName: 'whoever', bits: 2048 });
  return (await requests[0]).csrPem;
}

/** A certificate of the member for a device, made through the API. */
export const issueTo = async (member: TestMember, deviceName: string) =>
  member.call.certificates.issue({ team: member.team.slug, deviceName, csrPem: await someRequest() });

interface MachineSeed {
  readonly name: string;
  readonly enforcement: Enforcement;
  readonly admits?: readonly TestMember[];
  readonly state?: 'running' | 'removing';
}

/** The row of a machine that admits these members; no host stands behind it. */
export async function seedMachineRow(
  { runtime }: TestConsole,
  team: { readonly id: string },
  { name, enforcement, admits = [], state = 'running' }: MachineSeed,
): Promise<string> {
  const { prisma } = runtime.database;
  const { id } = await prisma.machine.create({
    data: { teamId: team.id, name, enforcement, state, driver: 'seeded', options: {}, engineSettings: {} },
    select: { id: true },
  });
  await prisma.admission.createMany({
    data: admits.map(({ actor }) => ({ teamId: team.id, machineId: id, membershipId: actor.membershipId })),
  });
  return id;
}
