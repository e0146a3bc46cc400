import { parseFilter } from '@/lib/filter-terms';
import type { RouterInputs } from '@/trpc/client';

export type EventFilter = Pick<RouterInputs['audit']['list'], 'actors' | 'actions' | 'words'>;

const termsMax = 20;
const lengthMax = 100;
const actionPattern = /^[a-z-]+(\.[a-z-]+)?$/;

/**
 * Reads the filter's text (`actor="Ada Lovelace" action=member edge-1`): terms of one key widen, different keys narrow,
 * other words are looked for in what an event was about. An action that cannot be matches nothing. Pure.
 */
export function eventFilterOf(text: string): EventFilter {
  const terms = parseFilter(text)
    .filter(({ value }) => value !== '')
    .slice(0, termsMax)
    .map((term) => ({ ...term, value: term.value.slice(0, lengthMax) }));
  const of = (key: string) => terms.filter((term) => term.key === key).map(({ value }) => value);
  const actors = of('actor');
  const actions = of('action');
  const words = terms
    .filter(({ key }) => key !== 'actor' && key !== 'action')
    .map(({ key, value }) => (key === null ? value : `${key}=${value}`).slice(0, lengthMax));
  return {
    ...(actors.length > 0 && { actors }),
    ...(actions.length > 0 && { actions: actions.filter((action) => actionPattern.test(action)) }),
    ...(words.length > 0 && { words }),
  };
}
