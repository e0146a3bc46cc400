import { parseFilter } from '@/lib/filter-terms';
import { type JobState, jobStates } from '@/lib/job';

/** What the API is asked for. A missing list asks for everything, an empty one for nothing. */
export interface JobListFilter {
  readonly states?: JobState[];
  readonly kinds?: string[];
  readonly machines?: string[];
  readonly words?: string[];
}

const keys: readonly (string | null)[] = ['state', 'kind', 'machine'];
const lengthMax = 100;
const termsMax = 20;

/**
 * Reads the filter's text (`state=failed machine=edge-1 tokyo`). Terms of one key widen, different keys narrow. A state
 * that does not exist matches nothing; keys that jobs do not have are taken as words. Pure.
 */
export function jobFilterOf(text: string): JobListFilter {
  const terms = parseFilter(text)
    .filter(({ value }) => value !== '')
    .map((term) => ({ ...term, value: term.value.slice(0, lengthMax) }));
  const of = (key: string) => {
    const values = terms.filter((term) => term.key === key).map(({ value }) => value);
    return values.length ? [...new Set(values)].slice(0, termsMax) : undefined;
  };
  const states = of('state')?.filter((value): value is JobState => (jobStates as readonly string[]).includes(value));
  const kinds = of('kind')?.filter((value) => value.length <= 64);
  const machines = of('machine')?.filter((value) => value.length <= 64);
  const words = terms
    .filter(({ key }) => key === null || !keys.includes(key))
    .map(({ key, value }) => (key === null ? value : `${key}=${value}`).slice(0, lengthMax))
    // A key that waits for its value is no word to look for.
    .filter((word) => !keys.some((key) => word === `${key}=`))
    .slice(0, termsMax);
  return {
    ...(states && { states }),
    ...(kinds && { kinds }),
    ...(machines && { machines }),
    ...(words.length > 0 && { words }),
  };
}
