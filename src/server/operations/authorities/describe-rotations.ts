import 'server-only';
import type { MachineState } from '@/lib/machine';
import type { Transaction } from '@/server/db/database';
import type { AuthorityKind, RotationPhase } from '@/server/db/generated/client';
import type { TeamContext } from '@/server/operations/team-context';
import type { RunningContainer } from '@/server/provision/engine/list-containers';

import { hasMoved, type MemberProgress } from './rotation-progress';
import { type RotationRow, rotationSelect } from './rotation-rows';
import { rotationState } from './rotation-state';
import { nextStep } from './rotation-step';

export interface RotationAuthority {
  readonly id: string;
  readonly generation: number;
  readonly fingerprint: string;
  readonly notAfter: Date;
}

export interface RotationMachine {
  readonly id: string;
  readonly name: string;
  readonly state: MachineState;
  /** Of the engine CA: it is served with a certificate of the new one. Of a client CA: its host has what is wanted. */
  readonly moved: boolean;
  /** Of the last move. */
  readonly jobId: string | null;
  readonly failure: string | null;
  /** The proof that containers went on: what ran before the last move, and after it. */
  readonly containersBefore: readonly RunningContainer[];
  readonly containersAfter: readonly RunningContainer[];
}

export interface RotationView {
  readonly id: string;
  readonly kind: AuthorityKind;
  readonly phase: RotationPhase;
  readonly former: RotationAuthority;
  readonly next: RotationAuthority;
  /** Whether machines that have moved are believed by clients with the former ca.pem as well. */
  readonly bridged: boolean;
  /** The machine's name; null while none was chosen, or where it is gone. */
  readonly canaryMachine: string | null;
  readonly startedAt: Date;
  readonly changedAt: Date;
  readonly createdByName: string;
  readonly machines: readonly RotationMachine[];
  readonly members: readonly MemberProgress[];
  /** `why`: why it cannot go on now, or, where it can, whom the next step locks out (it then needs `force`). */
  readonly can: { readonly advance: boolean; readonly why: string | null; readonly rollBack: boolean };
}

const pastMax = 20;

const authorityView = ({ id, generation, fingerprint, notAfter }: RotationRow['newAuthority']): RotationAuthority => ({
  id,
  generation,
  fingerprint,
  notAfter,
});

const movesOf = async (tx: Transaction, rotation: RotationRow) => {
  const rows = await tx.rotationMove.findMany({
    where: { teamId: rotation.teamId, rotationId: rotation.id },
    orderBy: { id: 'asc' },
    select: {
      machineId: true,
      jobId: true,
      failure: true,
      containersBefore: true,
      containersAfter: true,
      machine: { select: { name: true, state: true } },
    },
  });
  return new Map(
    rows.map(({ machineId, ...row }) => [
      machineId,
      {
        ...row,
        containersBefore: row.containersBefore as unknown as RunningContainer[],
        containersAfter: row.containersAfter as unknown as RunningContainer[],
      },
    ]),
  );
};

const noMove = { jobId: null, failure: null, containersBefore: [], containersAfter: [] } as const;

const admittingMachines = async (tx: Transaction, rotation: RotationRow): Promise<RotationMachine[]> => {
  const rows = await tx.machine.findMany({
    where: {
      teamId: rotation.teamId,
      state: { not: 'removing' },
      admissions: { some: { membershipId: rotation.membershipId ?? '' } },
    },
    orderBy: { name: 'asc' },
    select: { id: true, name: true, state: true, wantedVersion: true, confirmedVersion: true },
  });
  return rows.map(({ wantedVersion, confirmedVersion, ...machine }) => ({
    ...machine,
    ...noMove,
    moved: confirmedVersion >= wantedVersion,
  }));
};

const describe = async (tx: Transaction, rotation: RotationRow, now: Date): Promise<RotationView> => {
  const { formerAuthority, newAuthority, canaryMachineId, finishedAt, phase, kind } = rotation;
  const state = await rotationState(tx, rotation, now);
  const moves = await movesOf(tx, rotation);
  const engines = state.machines.map((machine): RotationMachine => {
    const { jobId, failure, containersBefore, containersAfter } = moves.get(machine.id) ?? noMove;
    const { id, name, state: machineState } = machine;
    return {
      id,
      name,
      state: machineState,
      moved: hasMoved(machine),
      jobId,
      failure,
      containersBefore,
      containersAfter,
    };
  });
  const { step, lockout } = nextStep(state);
  return {
    id: rotation.id,
    kind,
    phase,
    former: authorityView(formerAuthority),
    next: authorityView(newAuthority),
    bridged: state.isBridged,
    canaryMachine: moves.get(canaryMachineId ?? '')?.machine.name ?? null,
    startedAt: rotation.startedAt,
    changedAt: rotation.changedAt,
    createdByName: rotation.createdByName,
    machines: kind === 'client' ? await admittingMachines(tx, rotation) : engines,
    members: state.members,
    can: {
      advance: finishedAt === null && step.kind !== 'wait',
      why: finishedAt ? null : step.kind === 'wait' ? step.why : lockout,
      rollBack: finishedAt === null && phase !== 'rolled_back',
    },
  };
};

// What a past rotation moved is told by its moves; the machines of today have nothing to do with it.
const describePast = async (tx: Transaction, rotation: RotationRow): Promise<RotationView> => {
  const moves = await movesOf(tx, rotation);
  const machines = [...moves].map(([id, { machine, ...move }]): RotationMachine => {
    const { jobId, failure, containersBefore, containersAfter } = move;
    return { id, ...machine, moved: failure === null, jobId, failure, containersBefore, containersAfter };
  });
  return {
    id: rotation.id,
    kind: rotation.kind,
    phase: rotation.phase,
    former: authorityView(rotation.formerAuthority),
    next: authorityView(rotation.newAuthority),
    bridged: false,
    canaryMachine: moves.get(rotation.canaryMachineId ?? '')?.machine.name ?? null,
    startedAt: rotation.startedAt,
    changedAt: rotation.changedAt,
    createdByName: rotation.createdByName,
    machines,
    members: [],
    can: { advance: false, why: null, rollBack: false },
  };
};

/** The rotation that the team is in, and its past ones, newest first. */
export async function describeRotations({
  db,
  runtime,
}: TeamContext): Promise<{ current: RotationView | null; past: RotationView[] }> {
  return db.$transaction(async (tx) => {
    const rows = await tx.rotation.findMany({
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      take: pastMax,
      select: rotationSelect,
    });
    const open = rows.find((row) => row.finishedAt === null);
    const past: RotationView[] = [];
    for (const row of rows) if (row.finishedAt) past.push(await describePast(tx, row));
    return { current: open ? await describe(tx, open, runtime.clock.now()) : null, past };
  });
}
