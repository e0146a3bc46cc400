import type { Tone } from '@/app/_ui/tone';

import type { Rotation } from '../../_authorities/running-rotation';

export type MovingMachine = Rotation['machines'][number];

/** How far a machine is on its way to the CA that it goes to: the new one, or the former one in a roll-back. */
export type MoveState = 'moved' | 'waiting' | 'moving' | 'failed' | 'back' | 'movingBack' | 'told' | 'toBeTold';

export const moveTones: Readonly<Record<MoveState, Tone>> = {
  moved: 'ok',
  waiting: 'off',
  moving: 'active',
  failed: 'failed',
  back: 'ok',
  movingBack: 'active',
  told: 'ok',
  toBeTold: 'attention',
};

/** Pure. */
export function moveState({ kind, phase }: Pick<Rotation, 'kind' | 'phase'>, machine: MovingMachine): MoveState {
  const { moved, failure, jobId } = machine;
  // Of a client CA nothing moves: hosts are told whom to admit.
  if (kind === 'client') return moved ? 'told' : 'toBeTold';
  if (phase === 'rolled_back') return !moved ? 'back' : failure !== null ? 'failed' : 'movingBack';
  if (moved) return 'moved';
  if (failure !== null) return 'failed';
  return jobId === null ? 'waiting' : 'moving';
}
