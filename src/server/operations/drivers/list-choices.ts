import 'server-only';
import type { Choice } from '@/lib/choice';
import type { FieldMeta } from '@/lib/field-meta';
import { getAvailableDriver, type RegisteredDriver } from '@/server/drivers/registry';
import { AppError } from '@/server/errors/app-error';
import { providerContextFor, silentLog } from '@/server/operations/ledger/driver-context-for';
import { within } from '@/server/operations/ledger/within';
import type { TeamContext } from '@/server/operations/team-context';
import type { Runtime } from '@/server/runtime';

export interface ChoicesInput {
  readonly driver: string;
  /** The option's name. */
  readonly field: string;
  /** The options as they are entered so far; what the choices do not depend on is not looked at. */
  readonly options: Readonly<Record<string, unknown>>;
}

const timeoutMs = 25_000;
const keptMs = 60_000;
const keptMax = 500;

interface Kept {
  readonly until: number;
  readonly choices: Promise<readonly Choice[]>;
}

const caches = new WeakMap<Runtime, Map<string, Kept>>();

const cacheOf = (runtime: Runtime): Map<string, Kept> => {
  const cache = caches.get(runtime) ?? new Map<string, Kept>();
  caches.set(runtime, cache);
  return cache;
};

const refused = (field: string) =>
  new AppError({ code: 'input.invalid', public: `The provider cannot be asked for "${field}" yet.` });

const metaOf = ({ driver }: RegisteredDriver, field: string): FieldMeta | undefined =>
  Object.hasOwn(driver.options.shape, field)
    ? (driver.options.shape[field] as { meta(): FieldMeta | undefined }).meta()
    : undefined;

/** The options that the choices depend on. Throws input.invalid where one that they need is not there. */
const relevant = (registered: RegisteredDriver, { field, options }: ChoicesInput) => {
  const live = metaOf(registered, field)?.live;
  if (!live) throw refused(field);
  const picked = [...live.needs, ...(live.follows ?? [])].flatMap((name) => {
    const value = options[name];
    const isMissing = value === undefined || value === null || value === '';
    if (isMissing && live.needs.includes(name)) throw refused(field);
    return isMissing ? [] : [[name, value] as const];
  });
  return Object.fromEntries(picked);
};

/**
 * Asks the provider what an option can be now. The answer is kept for a minute for each team, and a question that is
 * under way already is not asked twice. Throws driver.unknown, input.invalid where the option has no live choices or lacks
 * what they depend on, credential.not-found, driver.unreachable, and what the driver throws.
 */
export async function listChoices({ runtime, actor }: TeamContext, input: ChoicesInput): Promise<readonly Choice[]> {
  const registered = getAvailableDriver(input.driver, runtime.env.development);
  const options = relevant(registered, input);
  const ask = registered.driver.choices?.[input.field];
  if (!ask) throw refused(input.field);
  const cache = cacheOf(runtime);
  const key = JSON.stringify([actor.teamId, registered.id, input.field, options]);
  const now = runtime.clock.now().getTime();
  const known = cache.get(key);
  if (known && known.until > now) return known.choices;

  const team = { id: actor.teamId, slug: actor.teamSlug };
  const choices = within(timeoutMs, (signal) =>
    ask(providerContextFor(runtime, { team, driver: registered.id }, { signal, log: silentLog }), options),
  );
  cache.set(key, { until: now + keptMs, choices });
  const oldest = cache.keys().next().value;
  if (cache.size > keptMax && oldest !== undefined) cache.delete(oldest);
  try {
    return await choices;
  } catch (error) {
    // What failed is asked again at once.
    cache.delete(key);
    throw error;
  }
}
