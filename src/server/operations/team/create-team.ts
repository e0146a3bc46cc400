import 'server-only';
import { recordAudit } from '@/server/audit/record-audit';
import type { Transaction } from '@/server/db/database';
import {
  type AuthorityPlan,
  type AuthoritySubject,
  makeAuthority,
  storeAuthority,
} from '@/server/operations/pki/ensure-authority';
import type { IssuedKeyPair } from '@/server/pki/ca';
import type { Runtime } from '@/server/runtime';

/** The certificate policy that a team begins with. */
export const initialPolicy = {
  keyBits: 2048,
  clientValidForDays: 30,
  engineValidForDays: 365,
  caValidForDays: 3650,
} as const;

const kinds = ['engine', 'console', 'client'] as const satisfies readonly AuthoritySubject['kind'][];

/** The three CAs that a new team begins with, made before the transaction opens. */
export type TeamAuthorities = Readonly<Record<(typeof kinds)[number], IssuedKeyPair>>;

export async function makeTeamAuthorities(
  runtime: Runtime,
  { teamName, ownerEmail }: { teamName: string; ownerEmail: string },
): Promise<TeamAuthorities> {
  const plan: Omit<AuthorityPlan, 'kind'> = { teamName, email: ownerEmail, ...initialPolicy };
  const [engine, console, client] = await Promise.all(kinds.map((kind) => makeAuthority(runtime, { ...plan, kind })));
  // Promise.all keeps the length of `kinds`, which its type does not tell.
  return { engine, console, client } as TeamAuthorities;
}

export interface NewTeam {
  readonly name: string;
  readonly slug: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly authorities: TeamAuthorities;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Writes a team, its first owner, its CAs and the event, in the caller's transaction. */
export async function createTeam(
  runtime: Runtime,
  tx: Transaction,
  { name, slug, owner, authorities, address, requestId }: NewTeam,
): Promise<{ id: string; slug: string; membershipId: string }> {
  const createdAt = runtime.clock.now();
  const team = await tx.team.create({ data: { name, slug, ...initialPolicy, createdAt }, select: { id: true } });
  const membership = await tx.membership.create({
    data: { teamId: team.id, userId: owner.id, role: 'owner', createdAt },
    select: { id: true },
  });
  const subjects: readonly AuthoritySubject[] = [
    { kind: 'engine' },
    { kind: 'console' },
    { kind: 'client', membershipId: membership.id },
  ];
  for (const subject of subjects) {
    await storeAuthority(runtime, tx, { teamId: team.id, subject, made: authorities[subject.kind] });
  }
  const actor = { userId: owner.id, name: owner.name, teamId: team.id, address, requestId };
  await recordAudit(tx, actor, {
    action: 'team.created',
    target: { type: 'team', id: team.id, name },
    after: { name, slug, owner: owner.name, ...initialPolicy },
  });
  return { id: team.id, slug, membershipId: membership.id };
}
