/** A thing at a provider, as far as the console can name it. */
export interface NamedThing {
  readonly kind: string;
  readonly name: string;
  /** Null where the provider never confirmed it. */
  readonly providerId: string | null;
}

/**
 * How a row of the ledger stands.
 * exists: the provider confirmed it. asked: the call was about to be made, and no answer is known. missing: it was confirmed,
 * and the last comparison did not find it. unwanted: it should be gone and is not known to be. found: it is at the provider
 * and was not in the ledger. forgotten: a member gave it up, and it may still be there.
 */
export const resourceStandings = ['exists', 'asked', 'missing', 'unwanted', 'found', 'forgotten'] as const;
export type ResourceStanding = (typeof resourceStandings)[number];

/** What tells how a row stands; rows of things that are gone have no standing. */
export interface ResourceFacts {
  readonly providerId: string | null;
  /** When the console's own call was confirmed; null for what a comparison found. */
  readonly createdAt: Date | null;
  readonly unwantedAt: Date | null;
  readonly forgottenAt: Date | null;
  readonly wasFound: boolean | null;
}

/** How a row stands. Pure. */
export function standingOf(facts: ResourceFacts): ResourceStanding {
  if (facts.forgottenAt) return 'forgotten';
  if (facts.unwantedAt) return 'unwanted';
  if (facts.createdAt) return facts.wasFound === false ? 'missing' : 'exists';
  return facts.providerId === null ? 'asked' : 'found';
}

/** What a member may do with a row, by how it stands. A machine's own things go with the machine. */
export const resourceCan = {
  remove: (standing: ResourceStanding) => standing !== 'exists' && standing !== 'forgotten',
  adopt: (standing: ResourceStanding) => standing === 'found',
  forget: (standing: ResourceStanding) => standing !== 'exists' && standing !== 'forgotten',
} as const;

const minute = 60_000;
const pausesMs = [minute, 2 * minute, 5 * minute, 15 * minute] as const;
const longestPauseMs = 60 * minute;

/** How long a tombstone waits after so many tries: 1, 2, 5, 15 minutes, then an hour each time. Pure. */
export const pauseAfterMs = (tries: number): number => pausesMs[Math.max(0, tries - 1)] ?? longestPauseMs;
