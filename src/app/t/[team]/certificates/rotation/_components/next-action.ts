import type { Rotation } from '../../_authorities/running-rotation';

/**
 * What going on means now. canary: one machine moves first. moveAll: those that are left move. goOn: nothing has to move, the
 * next phase begins. retire: the former CA ends. moveBack: machines go back to the former CA. finishBack: the new CA ends.
 */
export type NextAction = 'canary' | 'moveAll' | 'goOn' | 'retire' | 'moveBack' | 'finishBack';

type State = Pick<Rotation, 'kind' | 'phase' | 'canaryMachine'> & {
  readonly machines: readonly Pick<Rotation['machines'][number], 'name' | 'moved'>[];
};

/** Null where the rotation is over. Pure. */
export function nextAction({ kind, phase, machines, canaryMachine }: State): NextAction | null {
  if (phase === 'retired') return null;
  if (phase === 'rolled_back') return kind === 'client' ? 'finishBack' : 'moveBack';
  if (kind === 'client') return phase === 'moved' ? 'retire' : 'goOn';
  const left = machines.filter(({ moved }) => !moved);
  if (phase === 'introduced') return machines.length === 0 ? 'goOn' : 'canary';
  if (phase === 'moved' && left.length === 0) return 'retire';
  return left.some(({ name }) => name === canaryMachine) ? 'canary' : 'moveAll';
}

/** Whether single machines can be moved now. Pure. */
export const movesMachines = (state: State): boolean =>
  ['canary', 'moveAll', 'moveBack'].includes(nextAction(state) ?? '');
